using Grpc.Core;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

internal sealed class StreamService(StreamStore streams) : V1.StreamService.StreamServiceBase
{
    // Neither nodes nor streams hold line breaks.
    private const char Separator = '\n';

    public override async Task<ListStreamsResponse> ListStreams(ListStreamsRequest request, ServerCallContext context)
    {
        if (context.GetCaller().VisibleSource(request.Source) is not { } source)
        {
            return new ListStreamsResponse();
        }

        var size = PageToken.SizeOf(request.PageSize);
        var after = PageToken.Read(request.PageToken, "streams", source).Split(Separator);
        var rows = await streams.ListAsync(source, after[0], after[^1], size + 1, context.CancellationToken);

        var response = new ListStreamsResponse();
        response.Streams.Add(rows.Take(size).Select(row => row.ToMessage()));
        if (rows.Count > size)
        {
            response.NextPageToken = PageToken.Write($"{rows[size - 1].Source}{Separator}{rows[size - 1].Stream}", "streams", source);
        }

        return response;
    }
}
