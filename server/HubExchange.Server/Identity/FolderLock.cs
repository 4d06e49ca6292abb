namespace HubExchange.Server.Identity;

/// <summary>Lets one process at a time work in a folder, so that two hubs started together do not make two authorities.</summary>
internal static class FolderLock
{
    private const string FileName = ".lock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for the folder. Disposing the result leaves it; so does the end of the process.</summary>
    /// <exception cref="IOException">Another process has worked in the folder for 30 seconds.</exception>
    public static async Task<IDisposable> EnterAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
