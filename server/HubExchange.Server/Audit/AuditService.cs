using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.Server.Query;
using HubExchange.V1;

namespace HubExchange.Server.Audit;

internal sealed class AuditService(AuditReader reader, AuditChain chain) : V1.AuditService.AuditServiceBase
{
    private const int MaxText = 200;
    private const int HashBytes = 32;

    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        RequestRules.Ensure(
        [
            .. RequestRules.Text("caller", request.Caller, MaxText, isRequired: false),
            .. RequestRules.Text("node", request.Node, MaxText, isRequired: false),
            .. RequestRules.Text("method", request.Method, MaxText, isRequired: false),
            .. RequestRules.Text("type", request.Type, MaxText, isRequired: false),
        ]);
        if (request.Event > AuditEvent.Refusal)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("event", "没有这种事件", "no such event"));
        }

        var (since, until) = (InstantOf("since", request.Since), InstantOf("until", request.Until));
        string[] list =
        [
            "audit", $"{request.Since}", $"{request.Until}", request.Caller, request.Node, request.Method, request.Type, AuditCode.Of(request.Event),
        ];
        var before = PageToken.Read(request.PageToken, list);
        var page = await reader.ListAsync(
            request,
            since,
            until,
            before.Length == 0 ? long.MaxValue : long.Parse(before, CultureInfo.InvariantCulture),
            size + 1,
            context.CancellationToken);
        return new ListAuditEntriesResponse
        {
            Entries = { page.Take(size) },
            NextPageToken = page.Count > size ? PageToken.Write(page[size - 1].Position.ToString(CultureInfo.InvariantCulture), list) : "",
        };
    }

    public override async Task<VerifyAuditResponse> VerifyAudit(VerifyAuditRequest request, ServerCallContext context)
    {
        if (request.After < 0)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("after", "不能为负数", "must not be negative"));
        }

        if (request.After > 0 ? request.Hash.Length != HashBytes : request.Hash.Length > 0)
        {
            throw HubErrors.InvalidRequest(new FieldProblem("hash", "须与 after 一起给出,32 字节", "goes with after and has 32 bytes"));
        }

        return await chain.VerifyAsync(request.After == 0 ? null : (request.After, request.Hash.ToByteArray()), context.CancellationToken);
    }

    private static DateTime? InstantOf(string field, Timestamp? time)
    {
        try
        {
            return time?.ToDateTime();
        }
        catch (InvalidOperationException)
        {
            throw HubErrors.InvalidRequest(new FieldProblem(field, "超出 0001–9999 年", "outside the years 0001 to 9999"));
        }
    }
}
