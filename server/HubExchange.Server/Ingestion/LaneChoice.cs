namespace HubExchange.Server.Ingestion;

/// <summary>
/// Gives each source a lane: the one where its earlier frames still are, or else the one with the least to do. Bounded by the frames that
/// wait: a source without any is forgotten.
/// </summary>
/// <param name="lanes">How many lanes there are.</param>
internal sealed class LaneChoice(int lanes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Lane, int Frames)> _sources = [];
    private readonly int[] _frames = new int[lanes];

    /// <summary>Counts a frame in and returns its lane.</summary>
    public int Enter(string source)
    {
        lock (_gate)
        {
            var (lane, frames) = _sources.TryGetValue(source, out var at) ? at : (Array.IndexOf(_frames, _frames.Min()), 0);
            _sources[source] = (lane, frames + 1);
            _frames[lane]++;
            return lane;
        }
    }

    /// <summary>Counts a frame out, when whoever waits for it has been told.</summary>
    public void Leave(string source)
    {
        lock (_gate)
        {
            var (lane, frames) = _sources[source];
            _frames[lane]--;
            if (frames > 1)
            {
                _sources[source] = (lane, frames - 1);
            }
            else
            {
                _sources.Remove(source);
            }
        }
    }
}
