using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;

namespace HubExchange.Client;

public sealed partial class HubClient
{
    /// <summary>Returns one record.</summary>
    /// <param name="key">Its key; several key fields are joined with <c>~</c>.</param>
    /// <param name="source">What this node reported; null means the consolidated record.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<HubRecord<T>> GetAsync<T>(string key, string? source = null, CancellationToken cancellationToken = default)
        where T : IMessage<T>, new() =>
        GetAsync<T>(key, new RecordView { Source = source ?? "" }, cancellationToken);

    /// <summary>Returns one record, as of a moment or with some of its fields only.</summary>
    public async Task<HubRecord<T>> GetAsync<T>(string key, RecordView view, CancellationToken cancellationToken = default)
        where T : IMessage<T>, new() =>
        HubRecord<T>.Of(await GetAsync(_options.Types.Of<T>().Id, key, view, cancellationToken));

    /// <summary>Returns one record of a type that is known by its id only.</summary>
    public Task<Record> GetAsync(string type, string key, string? source = null, CancellationToken cancellationToken = default) =>
        GetAsync(type, key, new RecordView { Source = source ?? "" }, cancellationToken);

    /// <summary>Returns one record of a type that is known by its id only, as of a moment or with some of its fields only.</summary>
    public async Task<Record> GetAsync(string type, string key, RecordView view, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        var request = new GetRecordRequest
        {
            Type = type,
            Key = key,
            Source = view.Source,
            RecordedAsOf = view.RecordedAsOf?.ToTimestamp(),
            EffectiveOn = view.EffectiveOn,
            ReadMask = MaskOf(view),
        };
        var response = await _connection.CallAsync(options => _query.GetRecordAsync(request, options), cancellationToken);
        return response.Record;
    }

    /// <summary>Lists records in the order of their keys, fetching pages as they are needed.</summary>
    /// <param name="filter">Filter, e.g. <c>reporting_unit = "420281" AND established_on >= "2020-01-01"</c>; null means all.</param>
    /// <param name="pageSize">Records per page, at most 1,000; 0 means 50.</param>
    /// <param name="source">Only what this node reported; null means consolidated records.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<HubRecord<T>> ListAsync<T>(
        string? filter = null, int pageSize = 0, string? source = null, CancellationToken cancellationToken = default)
        where T : IMessage<T>, new() =>
        ListAsync<T>(new RecordQuery { Filter = filter ?? "", PageSize = pageSize, Source = source ?? "" }, cancellationToken);

    /// <summary>Lists records in any order and as of any moment, fetching pages as they are needed.</summary>
    public async IAsyncEnumerable<HubRecord<T>> ListAsync<T>(
        RecordQuery query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : IMessage<T>, new()
    {
        await foreach (var record in ListAsync(_options.Types.Of<T>().Id, query, cancellationToken))
        {
            yield return HubRecord<T>.Of(record);
        }
    }

    /// <summary>Lists records of a type that is known by its id only.</summary>
    public IAsyncEnumerable<Record> ListAsync(
        string type, string? filter = null, int pageSize = 0, string? source = null, CancellationToken cancellationToken = default) =>
        ListAsync(type, new RecordQuery { Filter = filter ?? "", PageSize = pageSize, Source = source ?? "" }, cancellationToken);

    /// <summary>Lists records of a type that is known by its id only, in any order and as of any moment.</summary>
    public IAsyncEnumerable<Record> ListAsync(string type, RecordQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return PageAsync<Record>(
            async token =>
            {
                var request = new ListRecordsRequest
                {
                    Type = type,
                    Filter = query.Filter,
                    OrderBy = query.OrderBy,
                    PageSize = query.PageSize,
                    Source = query.Source,
                    RecordedAsOf = query.RecordedAsOf?.ToTimestamp(),
                    EffectiveOn = query.EffectiveOn,
                    ReadMask = MaskOf(query),
                    PageToken = token,
                };
                var response = await _connection.CallAsync(options => _query.ListRecordsAsync(request, options), cancellationToken);
                return (response.Records, response.NextPageToken);
            },
            cancellationToken);
    }

    /// <summary>Lists the versions of a record, newest first, each with the fields that it changed.</summary>
    /// <param name="key">Key of the record.</param>
    /// <param name="source">Only versions of this node, or <c>HUB</c> for the hub's own; <c>-</c> means every node; null means all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<HistoryVersion> ListHistoryAsync<T>(string key, string? source = null, CancellationToken cancellationToken = default)
        where T : IMessage<T>, new() =>
        ListHistoryAsync(_options.Types.Of<T>().Id, key, source, 0, cancellationToken);

    /// <summary>Lists the versions of a record of a type that is known by its id only.</summary>
    /// <param name="type">Type id.</param>
    /// <param name="key">Key of the record.</param>
    /// <param name="source">Only versions of this node, or <c>HUB</c> for the hub's own; <c>-</c> means every node; null means all.</param>
    /// <param name="pageSize">Versions per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<HistoryVersion> ListHistoryAsync(
        string type, string key, string? source = null, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<HistoryVersion>(
            async token =>
            {
                var request = new ListRecordHistoryRequest { Type = type, Key = key, Source = source ?? "", PageSize = pageSize, PageToken = token };
                var response = await _connection.CallAsync(options => _query.ListRecordHistoryAsync(request, options), cancellationToken);
                return (response.Versions, response.NextPageToken);
            },
            cancellationToken);

    private static FieldMask? MaskOf(RecordView view) => view.Fields.Count == 0 ? null : new FieldMask { Paths = { view.Fields } };
}
