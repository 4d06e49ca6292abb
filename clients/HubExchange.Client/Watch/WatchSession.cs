using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client.Watch;

/// <summary>Where a watch is, over all its connections: gathers whole transactions, and knows how to go on.</summary>
internal sealed class WatchSession(WatchOptions options)
{
    private readonly List<WatchEvent> _fragments = [];
    private long? _after = options.After;
    private string _token = options.ResumeToken ?? "";

    /// <summary>The connection begins with the state.</summary>
    public bool IsState { get; private set; } = options.After is null && options.ResumeToken is null && options.Start == WatchStart.State;

    /// <summary>The request of the next connection.</summary>
    public WatchRecordsRequest NextRequest()
    {
        _fragments.Clear();
        var request = new WatchRecordsRequest
        {
            Types_ = { options.Types },
            Filter = options.Filter,
            ReportingUnit = options.ReportingUnit,
            Zone = options.Zone,
            Source = options.Source,
            ReadMask = options.Fields.Count == 0 ? null : new FieldMask { Paths = { options.Fields } },
        };
        if (IsState)
        {
            request.Start = WatchStart.State;
        }
        else if (_token.Length > 0)
        {
            request.ResumeToken = _token;
        }
        else if (_after is { } after)
        {
            request.After = after;
        }

        return request;
    }

    /// <summary>What a message tells; null when more belongs to it.</summary>
    public WatchBatch? Read(WatchRecordsResponse response)
    {
        if (response is { State: true, Fragment: true })
        {
            return new WatchBatch(WatchBatchKind.State, response.Events, null);
        }

        if (_fragments.Count + response.Events.Count > options.MaxBatchEvents)
        {
            throw new HubException(
                StatusCode.ResourceExhausted, ErrorReason.Unspecified,
                $"一个事务的变更超过 {options.MaxBatchEvents} 条。", $"A transaction has more than {options.MaxBatchEvents} changes.");
        }

        if (response.Fragment)
        {
            _fragments.AddRange(response.Events);
            return null;
        }

        List<WatchEvent> events = [.. _fragments, .. response.Events];
        _fragments.Clear();
        (_after, _token) = (response.Position, response.ResumeToken);
        IsState = false;
        var kind = response.State ? WatchBatchKind.StateEnd : events.Count == 0 ? WatchBatchKind.Bookmark : WatchBatchKind.Changes;
        return new WatchBatch(kind, events, response.Position) { ResumeToken = response.ResumeToken };
    }

    /// <summary>Whether connecting again helps; where the position does not, the state comes first.</summary>
    public bool MayGoOn(HubException error)
    {
        if (error.Reason is ErrorReason.WatchPositionGone or ErrorReason.WatchPositionUnknown or ErrorReason.WatchSelectionChanged)
        {
            IsState = options.RestartsWithState;
            return options.RestartsWithState;
        }

        return error.IsTransient || error.Reason == ErrorReason.WatchTooSlow;
    }
}
