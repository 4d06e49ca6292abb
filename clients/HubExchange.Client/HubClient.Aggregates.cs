using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Aggregates.</content>
public sealed partial class HubClient
{
    /// <summary>Groups and measures the records of one type and returns one page of groups with the total.</summary>
    public Task<AggregateRecordsResponse> AggregateAsync(AggregateRecordsRequest request, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(options => _aggregates.AggregateRecordsAsync(request, options), cancellationToken);

    /// <summary>Groups and measures, fetching pages as they are needed. All of them are of the instant of the first.</summary>
    public IAsyncEnumerable<AggregateRow> AggregateRowsAsync(AggregateRecordsRequest request, CancellationToken cancellationToken = default) =>
        PageAsync<AggregateRow>(
            async token =>
            {
                var response = await AggregateAsync(new AggregateRecordsRequest(request) { PageToken = token }, cancellationToken);
                return (response.Rows, response.NextPageToken);
            },
            cancellationToken);

    /// <summary>Lists exactly the records that a cell counted, fetching pages as they are needed.</summary>
    /// <param name="drill"><see cref="AggregateRow.Drill"/> of the row.</param>
    /// <param name="pageSize">Records per page, at most 1,000; 0 means 50.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public IAsyncEnumerable<Record> ListCellAsync(string drill, int pageSize = 0, CancellationToken cancellationToken = default) =>
        PageAsync<Record>(
            async token =>
            {
                var request = new ListCellRecordsRequest { Drill = drill, PageSize = pageSize, PageToken = token };
                var response = await _connection.CallAsync(options => _aggregates.ListCellRecordsAsync(request, options), cancellationToken);
                return (response.Records, response.NextPageToken);
            },
            cancellationToken);
}
