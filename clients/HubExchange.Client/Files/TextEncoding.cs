using System.Text;

namespace HubExchange.Client.Files;

/// <summary>Finds the encoding of a text file: byte order mark, else strict UTF-8, else GB18030 (which contains GBK and GB 2312).</summary>
internal static class TextEncoding
{
    private const int BlockSize = 1 << 16;

    /// <summary>Strict: a byte that is no GB18030 is an error, never a question mark in somebody's name.</summary>
    public static Encoding Gb18030 { get; } = CodePagesEncodingProvider.Instance.GetEncoding(
        "GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Encoding Detect(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BlockSize);
        return Detect(stream);
    }

    /// <summary>Reads <paramref name="stream"/> as far as needed, at worst to its end, in blocks of 64 KiB.</summary>
    internal static Encoding Detect(Stream stream)
    {
        var block = new byte[BlockSize];
        var kept = 0;
        var isFirst = true;
        while (true)
        {
            var read = stream.ReadAtLeast(block.AsSpan(kept), 1, throwOnEndOfStream: false);
            var bytes = block.AsSpan(0, kept + read);
            if (isFirst && OfByteOrderMark(bytes) is { } marked)
            {
                return marked;
            }

            isFirst = false;
            if (read == 0)
            {
                return kept == 0 ? Utf8 : Gb18030;
            }

            // A character may be cut at the end of a block; at most three bytes of it are carried over.
            var whole = WholeCharacters(bytes);
            if (!System.Text.Unicode.Utf8.IsValid(bytes[..whole]))
            {
                return Gb18030;
            }

            kept = bytes.Length - whole;
            bytes[whole..].CopyTo(block);
        }
    }

    private static Encoding? OfByteOrderMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Utf8,
        [0x84, 0x31, 0x95, 0x33, ..] => Gb18030,
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var lead = bytes[^back];
            if ((lead & 0b1100_0000) == 0b1000_0000)
            {
                continue;
            }

            var length = lead switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return length > back ? bytes.Length - back : bytes.Length;
        }

        return bytes.Length;
    }
}
