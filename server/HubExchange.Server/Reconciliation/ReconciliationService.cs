using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.Server.Hosting;
using HubExchange.Server.Identity;
using HubExchange.Server.Ingestion;
using HubExchange.Server.Query;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

internal sealed class ReconciliationService(
    Attendances attendances,
    AttendanceRegister register,
    SourceKeys keys,
    HeartbeatCheck heartbeats,
    LiveSets sets,
    ReconciliationRunner runner,
    ReconciliationStore store,
    EntityTypes types,
    OpenCalls calls,
    IOptions<ReconciliationOptions> options) : V1.ReconciliationService.ReconciliationServiceBase
{
    private const int MaxTypes = 100;

    public override async Task Attend(
        IAsyncStreamReader<AttendRequest> requestStream, IServerStreamWriter<AttendResponse> responseStream, ServerCallContext context)
    {
        calls.Enter(context.GetHttpContext().Response);
        var caller = context.GetCaller();
        var hello = await ReadHelloAsync(requestStream, context.CancellationToken);
        PushRules.EnsureSource(caller, hello.Source);
        foreach (var id in hello.Types_)
        {
            types.Demand(id);
        }

        using var attendance = new Attendance(caller, hello, responseStream);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, attendance.Ended, calls.Stopping);
        attendances.Enter(attendance);
        try
        {
            await register.EnterAsync(attendance, stop.Token);
            var welcome = new AttendWelcome
            {
                Secret = UnsafeByteOperations.UnsafeWrap(keys.SecretOf(hello.Source)),
                HeartbeatSeconds = options.Value.HeartbeatSeconds,
                Sequence = await sets.SequenceAsync(hello.Source, hello.Stream, stop.Token),
            };
            await attendance.WelcomeAsync(welcome, stop.Token);
            await TakeAsync(attendance, requestStream, stop.Token);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not RpcException { StatusCode: not StatusCode.Cancelled })
        {
            if (attendance.Ended.IsCancellationRequested)
            {
                throw HubErrors.Of(ErrorReason.AttendanceEnded, ("source", hello.Source), ("stream", hello.Stream));
            }

            if (calls.Stopping.IsCancellationRequested)
            {
                throw HubErrors.Of(ErrorReason.HubStopping);
            }

            throw;
        }
        finally
        {
            attendances.Leave(attendance);
            await register.LeaveAsync(attendance);
            foreach (var type in attendance.Types.Where(type => attendances.Find(hello.Source, types.Demand(type)) is null))
            {
                await sets.ForgetAsync(hello.Source, type);
            }
        }
    }

    public override async Task<RunReconciliationResponse> RunReconciliation(RunReconciliationRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        RequestRules.Ensure(RequestRules.Text("source", request.Source.Length > 0 ? request.Source : caller.Node, MaxTypes));
        var type = types.Demand(request.Type);

        // Another node's is not there for this caller.
        if (caller.VisibleSource(request.Source) is not { } source)
        {
            throw HubErrors.Of(ErrorReason.SourceNotAttending, ("source", request.Source), ("type", type.Id));
        }

        var run = runner.RunAsync(source, type, request.DryRun, approval: null, calls.Stopping);
        return new RunReconciliationResponse { Reconciliation = await run.WaitAsync(context.CancellationToken) };
    }

    public override async Task<ListReconciliationsResponse> ListReconciliations(ListReconciliationsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        if (context.GetCaller().VisibleSource(request.Source) is not { } source)
        {
            return new ListReconciliationsResponse();
        }

        string[] list = ["reconciliations", source, request.Source, request.Type, request.State.ToString()];
        var after = PageToken.Read(request.PageToken, list);
        var found = await store.ListAsync(
            source,
            request.Type,
            request.State,
            after.Length == 0 ? long.MaxValue : long.Parse(after, CultureInfo.InvariantCulture),
            size + 1,
            context.CancellationToken);
        var response = new ListReconciliationsResponse { Reconciliations = { found.Take(size) } };
        if (found.Count > size)
        {
            response.NextPageToken = PageToken.Write(TextOf(found[size - 1].Id), list);
        }

        return response;
    }

    public override async Task<GetReconciliationResponse> GetReconciliation(GetReconciliationRequest request, ServerCallContext context) =>
        new() { Reconciliation = await DemandAsync(request.Id, context) };

    public override async Task<ListReconciliationDifferencesResponse> ListReconciliationDifferences(
        ListReconciliationDifferencesRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        string[] list = ["reconciliation-differences", TextOf(request.Id)];
        var after = PageToken.Read(request.PageToken, list);
        var run = await DemandAsync(request.Id, context);
        var found = await store.ListDifferencesAsync(run.Id, after, size + 1, context.CancellationToken);
        var response = new ListReconciliationDifferencesResponse { Differences = { found.Take(size) } };
        if (found.Count > size)
        {
            response.NextPageToken = PageToken.Write(found[size - 1].Key, list);
        }

        return response;
    }

    public override async Task<ApproveReconciliationResponse> ApproveReconciliation(
        ApproveReconciliationRequest request, ServerCallContext context)
    {
        var run = await DemandAsync(request.Id, context);
        if (run.State != ReconciliationState.Waiting)
        {
            throw HubErrors.Of(
                ErrorReason.ReconciliationNotWaiting, ("id", TextOf(run.Id)), ("state", run.State.ToString().ToUpperInvariant()));
        }

        var done = runner.ApproveAsync(run, types.Demand(run.Type), context.GetCaller().Name, calls.Stopping);
        return new ApproveReconciliationResponse { Reconciliation = await done.WaitAsync(context.CancellationToken) };
    }

    public override async Task<UndoReconciliationResponse> UndoReconciliation(UndoReconciliationRequest request, ServerCallContext context)
    {
        var run = await DemandAsync(request.Id, context);
        var undone = await runner.UndoAsync(run, types.Demand(run.Type), context.GetCaller().Name, context.CancellationToken);
        return new UndoReconciliationResponse { Undone = undone };
    }

    public override async Task<GetReconciliationCertificateResponse> GetReconciliationCertificate(
        GetReconciliationCertificateRequest request, ServerCallContext context)
    {
        var run = await DemandAsync(request.Id, context);
        return new GetReconciliationCertificateResponse
        {
            Certificate = await store.CertificateAsync(run.Id, context.CancellationToken) ?? throw HubErrors.Of(
                ErrorReason.ReconciliationNotEqual, ("id", TextOf(run.Id)), ("state", run.State.ToString().ToUpperInvariant())),
        };
    }

    // Answers do not wait for heartbeats, which ask questions of their own.
    private async Task TakeAsync(Attendance attendance, IAsyncStreamReader<AttendRequest> requests, CancellationToken cancellationToken)
    {
        var beating = Task.CompletedTask;
        while (await requests.MoveNext(cancellationToken))
        {
            var message = requests.Current;
            if (message.Id != 0)
            {
                attendance.Answer(message);
            }
            else if (message.Heartbeat is not { } heartbeat)
            {
                throw PushRules.Invalid("hello 之后只能发送心跳和应答", "only heartbeats and answers may follow the hello");
            }
            else if (beating.IsCompleted)
            {
                // One at a time: those that come while one is looked at say nothing new.
                await beating;
                beating = heartbeats.TakeAsync(attendance, heartbeat, cancellationToken);
            }
        }
    }

    private async Task<AttendHello> ReadHelloAsync(IAsyncStreamReader<AttendRequest> requests, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, calls.Stopping);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.Value.AnswerTimeoutSeconds));
        try
        {
            return await requests.MoveNext(deadline.Token) && requests.Current.Hello is { Types_.Count: > 0 and <= MaxTypes } hello
                ? hello
                : throw PushRules.Invalid($"第一条消息必须是 hello,含 1 至 {MaxTypes} 个类型", $"the first message must be a hello with 1 to {MaxTypes} types");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested &&
            e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw calls.Stopping.IsCancellationRequested
                ? HubErrors.Of(ErrorReason.HubStopping)
                : PushRules.Invalid("未按时收到 hello", "no hello in time");
        }
    }

    private async Task<V1.Reconciliation> DemandAsync(long id, ServerCallContext context) =>
        await store.GetAsync(id, context.GetCaller().Node, context.CancellationToken)
        ?? throw HubErrors.Of(ErrorReason.ReconciliationNotFound, ("id", TextOf(id)));

    private static string TextOf(long id) => id.ToString(CultureInfo.InvariantCulture);
}
