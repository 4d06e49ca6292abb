using System.Globalization;
using HubExchange.Contracts.Entities;
using HubExchange.Server.Errors;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Reconciliation;

/// <summary>The sources that attend at this hub.</summary>
internal sealed class Attendances(IOptions<ReconciliationOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Source, string Stream), Attendance> _live = [];
    private TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Registers an attendance and ends the one before it.</summary>
    /// <exception cref="Grpc.Core.RpcException">STREAM_LIMIT.</exception>
    public void Enter(Attendance attendance)
    {
        Attendance? ended;
        TaskCompletionSource entered;
        lock (_gate)
        {
            var limit = options.Value.AttendancesPerSource;
            if (!_live.Remove((attendance.Source, attendance.Stream), out ended) && _live.Keys.Count(key => key.Source == attendance.Source) >= limit)
            {
                throw HubErrors.Of(
                    ErrorReason.StreamLimit, ("source", attendance.Source), ("limit", limit.ToString(CultureInfo.InvariantCulture)));
            }

            _live.Add((attendance.Source, attendance.Stream), attendance);
            entered = _entered;
            _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        ended?.End();
        entered.SetResult();
    }

    /// <summary>Removes an attendance unless a later one took its place.</summary>
    public void Leave(Attendance attendance)
    {
        lock (_gate)
        {
            if (_live.GetValueOrDefault((attendance.Source, attendance.Stream)) == attendance)
            {
                _live.Remove((attendance.Source, attendance.Stream));
            }
        }
    }

    /// <summary>Everyone that attends here.</summary>
    public IReadOnlyList<Attendance> All()
    {
        lock (_gate)
        {
            return [.. _live.Values];
        }
    }

    /// <summary>Asks whoever attends for a type. When the connection breaks meanwhile, asks again once the source is back.</summary>
    /// <exception cref="Grpc.Core.RpcException">SOURCE_NOT_ATTENDING: there was no answer in time.</exception>
    public async Task<AttendRequest> AskAsync(
        string source, EntityType type, AttendResponse question, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.AnswerTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (true)
            {
                Task entered;
                lock (_gate)
                {
                    entered = _entered.Task;
                }

                if (Find(source, type) is { } attendance && await attendance.TryAskAsync(question, either.Token) is { } answer)
                {
                    return answer;
                }

                await entered.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HubErrors.Of(ErrorReason.SourceNotAttending, ("source", source), ("type", type.Id));
        }
    }

    /// <summary>Who attends for a type; null when nobody does.</summary>
    public Attendance? Find(string source, EntityType type)
    {
        lock (_gate)
        {
            return _live.Values.FirstOrDefault(attendance => attendance.Source == source && attendance.Types.Contains(type.Id));
        }
    }
}
