using System.Globalization;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Hosting;
using HubExchange.Server.Identity;
using HubExchange.Server.Query.Filters;
using HubExchange.V1;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using HttpBody = Google.Api.HttpBody;

namespace HubExchange.Server.Query.Export;

internal sealed class ExportService(
    EntityTypes types,
    RecordExporter exporter,
    ExportSlots slots,
    OpenCalls calls,
    HubIdentity identity,
    IOptions<ExportOptions> options,
    TimeProvider clock)
    : V1.ExportService.ExportServiceBase
{
    public override async Task ExportRecords(ExportRecordsRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var type = types.Demand(request.Type);
        Check(request);
        using var slot = slots.Take();
        using var limit = new CancellationTokenSource(options.Value.MaxDuration, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, calls.Stopping, limit.Token);
        var http = context.GetHttpContext();
        var isRest = RestFile.IsWantedBy(http.Request);
        var stream = isRest ? Rest(http) : responseStream;
        var output = new ExportOutput(stream, http, isRest, options.Value.StallTimeout, clock);
        try
        {
            var plan = ExportPlan.Read(request, type, context.GetCaller(), clock);
            await exporter.ExportAsync(plan, options.Value.ChunkBytes, output, ended.Token);
        }
        catch (Exception e) when (FilterErrors.Of(e) is { } error)
        {
            throw error;
        }
        catch (TimeoutException)
        {
            output.Break(isStuck: true);
            throw TooSlow(options.Value.StallTimeout);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            output.Break();
            throw TooSlow(options.Value.MaxDuration);
        }
        catch
        {
            output.Break();
            throw;
        }
    }

    // As the stream of gRPC: nothing goes to a caller who is no longer trusted.
    private ConfirmedWriter<HttpBody> Rest(HttpContext http) => new(
        new RestFile(http.Response), http.Features.GetRequiredFeature<Credential>(), identity.Options.TrustPeriod, identity.Time);

    private static RpcException TooSlow(TimeSpan limit) =>
        HubErrors.Of(ErrorReason.ExportTooSlow, ("seconds", limit.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));

    private static void Check(ExportRecordsRequest request)
    {
        if (request.Source.Contains('\0', StringComparison.Ordinal))
        {
            throw HubErrors.InvalidRequest(new FieldProblem("source", "不允许空字符", "must not contain U+0000"));
        }

        if (request.Format > ExportFormat.Xlsx)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("format", "没有这种格式,可用 CSV、XLSX", "no such format; CSV and XLSX are"));
        }
    }
}
