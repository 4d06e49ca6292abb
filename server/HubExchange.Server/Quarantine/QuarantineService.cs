using System.Globalization;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Identity;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Quarantine;

internal sealed class QuarantineService(QuarantineStore store) : V1.QuarantineService.QuarantineServiceBase
{
    public override async Task<GetQuarantinedRecordResponse> GetQuarantinedRecord(
        GetQuarantinedRecordRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var record = await store.GetAsync(request.Id, caller.Node, context.CancellationToken)
            ?? throw HubErrors.Of(ErrorReason.QuarantineNotFound, ("id", request.Id.ToString(CultureInfo.InvariantCulture)));

        // The refused record may hold anything, personal data included: only its source gets it back.
        if (record.Source != caller.Node)
        {
            record.Payload = Google.Protobuf.ByteString.Empty;
        }

        return new GetQuarantinedRecordResponse { Record = record };
    }

    public override async Task<ListQuarantinedRecordsResponse> ListQuarantinedRecords(
        ListQuarantinedRecordsRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var size = PageToken.SizeOf(request.PageSize);
        var filter = new QuarantineFilter(
            caller.Node.Length > 0 ? caller.Node : request.Source,
            request.Type,
            request.Rule);
        var after = PageToken.Read(request.PageToken, filter.Source, filter.Type, filter.Rule);
        var (records, total) = await store.ListAsync(
            caller.Node.Length > 0 && request.Source.Length > 0 && request.Source != caller.Node ? QuarantineFilter.Nothing : filter,
            after.Length == 0 ? long.MaxValue : long.Parse(after, CultureInfo.InvariantCulture),
            size + 1,
            context.CancellationToken);

        var response = new ListQuarantinedRecordsResponse { TotalSize = total };
        response.Records.Add(records.Take(size));
        if (records.Count > size)
        {
            response.NextPageToken = PageToken.Write(
                records[size - 1].Id.ToString(CultureInfo.InvariantCulture), filter.Source, filter.Type, filter.Rule);
        }

        return response;
    }
}
