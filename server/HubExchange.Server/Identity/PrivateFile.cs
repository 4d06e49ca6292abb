namespace HubExchange.Server.Identity;

/// <summary>Files that only the account of the hub may read, or that must never be seen half written.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file that nobody else may read. It is complete or absent, never partial.</summary>
    public static Task WriteSecretAsync(string path, string text, CancellationToken cancellationToken) =>
        WriteAsync(path, text, OwnerOnly, cancellationToken);

    /// <summary>Writes a file that anybody may read. It is complete or absent, never partial.</summary>
    public static Task WritePublicAsync(string path, string text, CancellationToken cancellationToken) =>
        WriteAsync(path, text, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead, cancellationToken);

    private static async Task WriteAsync(string path, string text, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // The mode is set as the file is created: there is no moment in which others could open it.
            options.UnixCreateMode = mode;
        }

        try
        {
            await using (var stream = new FileStream(draft, options))
            {
                await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            // Gone already when it was moved into place.
            File.Delete(draft);
        }
    }
}
