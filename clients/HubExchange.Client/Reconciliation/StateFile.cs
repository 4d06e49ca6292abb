using System.Security.Cryptography;
using System.Text;
using HubExchange.Contracts.Reconciliation;

namespace HubExchange.Client.Reconciliation;

/// <summary>
/// The file of an <see cref="AttendedState"/>: a mark, a version, the content, and the SHA-256 of everything before. It is written beside
/// its place, flushed to the disk and then renamed, so that a crash leaves the old one or the new one. Only its owner can read it.
/// </summary>
internal static class StateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Version = 1;

    private static readonly byte[] Mark = "HUBEXATT"u8.ToArray();

    /// <summary>Writes a state in the place of the one before.</summary>
    /// <exception cref="IOException">It cannot be written; the one before is still there.</exception>
    public static void Write(string path, AttendedState state)
    {
        // One program attends for a stream; what a crash left half written is written over.
        var draft = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(draft, options))
        {
            WriteContent(file, state);
            file.Position = 0;
            file.Write(SHA256.HashData(file));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Reads a state.</summary>
    /// <returns>The state; null when the file is damaged or of another version.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static AttendedState? Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        return IsWhole(file) ? ReadContent(file) : null;
    }

    private static void WriteContent(FileStream file, AttendedState state)
    {
        using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        writer.Write(Mark);
        writer.Write(Version);
        writer.Write(state.Owner);
        writer.Write(state.Sequence);
        writer.Write(state.ReadAt.UtcTicks);
        writer.Write(state.Types.Count);
        Span<byte> hash = stackalloc byte[Element.Size];
        foreach (var type in state.Types)
        {
            writer.Write(type.Type);
            writer.Write(type.Stamp);
            writer.Write(type.Records.Count);
            foreach (var (key, held) in type.Records)
            {
                held.Hash.Write(hash);
                writer.Write(key);
                writer.Write(hash);
                writer.Write(held.EffectiveFrom ?? "");
            }
        }
    }

    // The digest covers everything, so what it vouches for is as it was written.
    private static bool IsWhole(FileStream file)
    {
        if (file.Length < Mark.Length + SHA256.HashSizeInBytes)
        {
            return false;
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81_920];
        var left = file.Length - SHA256.HashSizeInBytes;
        while (left > 0)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0)
            {
                return false;
            }

            digest.AppendData(buffer, 0, read);
            left -= read;
        }

        var written = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(written);
        file.Position = 0;
        return digest.GetHashAndReset().AsSpan().SequenceEqual(written);
    }

    private static AttendedState? ReadContent(FileStream file)
    {
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        if (!reader.ReadBytes(Mark.Length).AsSpan().SequenceEqual(Mark) || reader.ReadInt32() != Version)
        {
            return null;
        }

        var (owner, sequence, readAt) = (reader.ReadString(), reader.ReadInt64(), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero));
        var types = new AttendedTypeState[reader.ReadInt32()];
        for (var i = 0; i < types.Length; i++)
        {
            var (type, stamp) = (reader.ReadString(), reader.ReadString());
            var records = new KeyValuePair<string, HeldContent>[reader.ReadInt32()];
            for (var j = 0; j < records.Length; j++)
            {
                var key = reader.ReadString();
                var hash = Element.Read(reader.ReadBytes(Element.Size));
                var date = reader.ReadString();
                records[j] = new(key, new HeldContent(hash, default, date.Length == 0 ? null : date));
            }

            types[i] = new AttendedTypeState(type, stamp, records);
        }

        return new AttendedState(owner, sequence, readAt, types);
    }
}
