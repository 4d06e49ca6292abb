using System.Globalization;
using HubExchange.V1;

namespace HubExchange.Cli;

/// <summary>One line on standard error that is written over while a person watches an export; nothing when piped.</summary>
internal sealed class ExportLine : IProgress<ExportStatus>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly bool _isLive = !Console.IsErrorRedirected;
    private long _shownAt;
    private bool _isOpen;

    /// <inheritdoc />
    public void Report(ExportStatus value)
    {
        if (_isLive && TimeProvider.System.GetElapsedTime(_shownAt) > Interval)
        {
            _shownAt = TimeProvider.System.GetTimestamp();
            _isOpen = true;
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r已导出 {value.Rows:#,0} 条 exported   "));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_isOpen)
        {
            Console.Error.WriteLine();
            _isOpen = false;
        }
    }
}
