using System.Text;
using HubExchange.Client.Files;

namespace HubExchange.Client.Tests.Files;

public sealed class TextEncodingTests
{
    [Fact]
    public void Utf8_WithAndWithoutMark_IsRecognised()
    {
        Assert.Equal("utf-8", Detect([0xEF, 0xBB, 0xBF, (byte)'a']));
        Assert.Equal("utf-8", Detect(Encoding.UTF8.GetBytes("名称")));
        Assert.Equal("utf-8", Detect([]));
    }

    [Fact]
    public void Gb18030_IsRecognised() => Assert.Equal("gb18030", Detect(TextEncoding.Gb18030.GetBytes("名称,大冶特钢")));

    [Fact]
    public void CharacterCutInTheMiddleAtTheEnd_IsNotUtf8() => Assert.Equal("gb18030", Detect(Encoding.UTF8.GetBytes("名")[..2]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void CharactersAcrossBlocks_AreKeptTogether(int shift)
    {
        var text = new string('a', shift) + string.Concat(Enumerable.Repeat("名称𠮷", 40_000));

        Assert.Equal("utf-8", Detect(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Gb18030File_IsReadWithoutLoss()
    {
        using var file = TempFile.Encoded("uscc,名称\n91420300MA48ABCD1X,大冶𠮷钢\n", TextEncoding.Gb18030);

        Assert.Equal("大冶𠮷钢", file.Single().Name);
    }

    [Fact]
    public void UnreadableBytes_AreAnError()
    {
        using var file = TempFile.Bytes("enterprise.organization.csv", [.. "uscc\n"u8, 0xFF, 0xFF, (byte)'\n']);

        Assert.Throws<RecordFileException>(() => file.Rows());
    }

    private static string Detect(byte[] bytes) => TextEncoding.Detect(new MemoryStream(bytes)).WebName;
}
