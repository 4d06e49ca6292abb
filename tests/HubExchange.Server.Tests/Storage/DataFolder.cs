namespace HubExchange.Server.Tests.Storage;

/// <summary>A data folder, removed after the test.</summary>
internal sealed class DataFolder : IDisposable
{
    /// <param name="isOpen">The account of the database can reach it.</param>
    public DataFolder(bool isOpen = true)
    {
        if (isOpen && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("hubexchange-data-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
