using Grpc.Core;
using HubExchange.Server.Audit;
using HubExchange.Server.Deliveries;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Query;

/// <summary>
/// Writes down what a read gives, before it is given: who gets which versions, and which fields were cut from them. A read that cuts nothing
/// has no entry in the audit.
/// </summary>
internal sealed class GivenRecords(DeliveryLedger ledger, AuditLog audit)
{
    /// <summary>Writes down the answer of a call.</summary>
    /// <param name="context">The call.</param>
    /// <param name="records">The records of the answer.</param>
    /// <exception cref="RpcException">STORE_UNAVAILABLE: it could not be written, and must not be given.</exception>
    public async ValueTask AddAsync(ServerCallContext context, IReadOnlyCollection<Record> records)
    {
        var caller = context.GetCaller();
        await audit.AddAsync(caller, EntriesOf(AuditLog.MethodOf(context), records), context.CancellationToken);
        await ledger.AddAsync(caller, DeliveryWay.Read, records.Select(DeliveredVersion.Of).Distinct(), context.CancellationToken);
    }

    /// <summary>The same for a read of one type, which may have left out records that the caller must not see.</summary>
    /// <param name="context">The call.</param>
    /// <param name="records">The records of the answer.</param>
    /// <param name="scope">What was asked for.</param>
    /// <param name="reason">The error that is answered instead; empty for none.</param>
    public async ValueTask AddAsync(ServerCallContext context, IReadOnlyCollection<Record> records, ReadScope scope, string reason = "")
    {
        var caller = context.GetCaller();
        var access = new ReadAccess(caller, scope.Type);
        if (!access.Withholds(scope.Source) || access.HiddenPaths(scope) is not { Count: > 0 } hidden)
        {
            await AddAsync(context, records);
            return;
        }

        var entry = HiddenEntry(AuditLog.MethodOf(context), scope, hidden, isWithheld: true);
        (entry.Records, entry.Reason) = (records.Count, reason);
        entry.CutFields.Add(records.SelectMany(record => record.CutFields).Except(hidden).Order(StringComparer.Ordinal));
        await audit.AddAsync(caller, [entry], context.CancellationToken);
        await ledger.AddAsync(caller, DeliveryWay.Read, records.Select(DeliveredVersion.Of), context.CancellationToken);
    }

    /// <summary>
    /// Writes down which fields a stream does not show, before it begins: of its records only those of others are cut, and which they will be
    /// nobody knows yet.
    /// </summary>
    /// <param name="caller">Who gets it.</param>
    /// <param name="method">The call, e.g. <c>WatchService.WatchRecords</c>.</param>
    /// <param name="scopes">What was asked for.</param>
    /// <param name="records">Records that were given.</param>
    /// <param name="reason">How far it is; empty when the entry is the only one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public ValueTask AddStreamAsync(
        Caller caller, string method, IEnumerable<ReadScope> scopes, long records, string reason, CancellationToken cancellationToken)
    {
        var entries = new List<AuditEntry>();
        foreach (var scope in scopes)
        {
            var access = new ReadAccess(caller, scope.Type);
            if (access.HiddenPaths(scope) is { Count: > 0 } hidden)
            {
                var entry = HiddenEntry(method, scope, hidden, access.Withholds(scope.Source));
                (entry.Records, entry.Reason) = (records, reason);
                entries.Add(entry);
            }
        }

        return audit.AddAsync(caller, entries, cancellationToken);
    }

    private static AuditEntry HiddenEntry(string method, ReadScope scope, IReadOnlyList<string> hidden, bool isWithheld) =>
        new() { Event = AuditEvent.Read, Method = method, Type = scope.Type.Id, CutFields = { hidden }, Withheld = isWithheld };

    private static List<AuditEntry> EntriesOf(string method, IReadOnlyCollection<Record> records) => !records.Any(IsCut)
        ? []
        :
        [
            .. records.GroupBy(record => record.Type).Where(given => given.Any(IsCut)).Select(given => new AuditEntry
            {
                Event = AuditEvent.Read,
                Method = method,
                Type = given.Key,
                Records = given.Count(),
                CutFields = { given.SelectMany(record => record.CutFields).Distinct().Order(StringComparer.Ordinal) },
                MaskedFields = { given.SelectMany(record => record.MaskedFields).Distinct().Order(StringComparer.Ordinal) },
            }),
        ];

    private static bool IsCut(Record record) => record.CutFields.Count > 0 || record.MaskedFields.Count > 0;
}
