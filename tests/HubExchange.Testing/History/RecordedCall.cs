using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using HubExchange.V1;

namespace HubExchange.Testing.History;

/// <summary>A unary push that writes what it does into a history.</summary>
public static class RecordedCall
{
    /// <summary>Pushes changes at once.</summary>
    /// <returns>Whether the hub answered; if not, nobody knows what became of them.</returns>
    public static async Task<bool> PushAsync(
        GrpcChannel channel, PushHistory history, string source, IReadOnlyList<PushedChange> changes, CancellationToken cancellationToken)
    {
        var request = new PushRecordsRequest { Source = source, Type = PushedChange.Type.Id, Changes = { changes.Select(change => change.Change) } };
        var step = new Operation(OperationKind.Invoke, history.NextProcess(), source, "", 0, 0);
        history.Add(step with
        {
            Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.ToString()))),
            Changes = [.. changes.Select(change => change.Known)],
        });
        try
        {
            var response = await new V1.PushService.PushServiceClient(channel).PushRecordsAsync(request, cancellationToken: cancellationToken);
            history.Add(step with
            {
                Kind = OperationKind.Ok,
                Counts = new HistoryCounts(
                    response.Counts.Stored, response.Counts.Unchanged, response.Counts.Deleted, response.Counts.Quarantined),
                Rejected = [.. response.Rejected.Select(rejected => new HistoryRejected(rejected.Sequence, rejected.Index, rejected.QuarantineId))],
            });
            return true;
        }
        catch (RpcException exception)
        {
            history.Add(step with { Kind = OperationKind.Info, Reason = Reasons.NameOf(exception) });
            return false;
        }
    }
}
