using System.Globalization;
using HubExchange.Client;
using HubExchange.Client.Push;

namespace HubExchange.Cli.Push;

/// <summary>One line on standard error that is written over while a person watches; only interruptions when piped.</summary>
internal sealed class ProgressLine(Screen screen) : IProgress<PushProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly bool _isLive = !Console.IsErrorRedirected;
    private long _shownAt;
    private HubException? _told;
    private bool _isOpen;

    public void Report(PushProgress value)
    {
        lock (_gate)
        {
            if (value.Interruption is { } interruption && !ReferenceEquals(interruption, _told))
            {
                _told = interruption;
                Close();
                screen.Note($"{interruption.MessageZh} 正在重新连接…… Reconnecting: {interruption.MessageEn}");
            }
            else if (_isLive && TimeProvider.System.GetElapsedTime(_shownAt) > Interval)
            {
                _shownAt = TimeProvider.System.GetTimestamp();
                _isOpen = true;
                Console.Error.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"\r已确认 {value.Acknowledged:#,0} / 已读取 {value.Sent:#,0} 条,拒收 {value.Quarantined:#,0} 条   "));
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Close();
        }
    }

    private void Close()
    {
        if (_isOpen)
        {
            Console.Error.WriteLine();
            _isOpen = false;
        }
    }
}
