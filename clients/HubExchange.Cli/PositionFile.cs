using System.Globalization;

namespace HubExchange.Cli;

/// <summary>A file with the position a watch goes on after. It is replaced as a whole, so an interruption leaves the old or the new one.</summary>
internal sealed class PositionFile(string path)
{
    /// <summary>The position; null while there is no file.</summary>
    public long? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        return long.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new UsageException($"文件 {path} 中不是位置。", $"{path} does not hold a position.");
    }

    public void Write(long position)
    {
        var next = $"{path}.new";
        File.WriteAllText(next, position.ToString(CultureInfo.InvariantCulture));
        File.Move(next, path, overwrite: true);
    }
}
