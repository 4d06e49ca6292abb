using HubExchange.Client.Files;

namespace HubExchange.Client.Tests.Files;

public sealed class CellTests
{
    [Theory]
    [InlineData("2021-03-05")]
    [InlineData("2021/3/5")]
    [InlineData("2021.3.5")]
    [InlineData("2021年3月5日")]
    [InlineData("20210305")]
    [InlineData("2021/3/5 0:00")]
    [InlineData("\uFF12\uFF10\uFF12\uFF11年3月5日")]
    public void Dates_BecomeIso(string text) => Assert.Equal("2021-03-05", CellDate.ReadDate(text));

    [Theory]
    [InlineData("2021-02-30")]
    [InlineData("44260")]
    [InlineData("3/5/2021")]
    public void WrongDates_AreRefused(string text) => Assert.Throws<CellException>(() => CellDate.ReadDate(text));

    [Theory]
    [InlineData("12.50", "12.5")]
    [InlineData("1,234.00", "1234")]
    [InlineData("-0.0", "0")]
    [InlineData(".5", "0.5")]
    [InlineData("+3%", "3")]
    public void Decimals_GetTheirShortestForm(string text, string expected) => Assert.Equal(expected, CellNumber.ReadDecimal(text));

    [Theory]
    [InlineData("1,2")]
    [InlineData("1.2.3")]
    [InlineData("1e5")]
    [InlineData("")]
    [InlineData("十")]
    public void WrongNumbers_AreRefused(string text) => Assert.Throws<CellException>(() => CellNumber.ReadDecimal(text));

    [Fact]
    public void Integers_KeepTheirRange()
    {
        Assert.Equal(int.MaxValue, CellNumber.ReadInteger("2147483647.00", 1, int.MinValue, int.MaxValue));
        Assert.Throws<CellException>(() => CellNumber.ReadInteger("2147483648", 1, int.MinValue, int.MaxValue));
        Assert.Throws<CellException>(() => CellNumber.ReadInteger("79228162514264337593543950335", 100, long.MinValue, long.MaxValue));
        Assert.Throws<CellException>(() => CellNumber.ReadInteger("1.5", 1, int.MinValue, int.MaxValue));
    }

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "ab", 2)]
    [InlineData("Name", "name", 0)]
    public void EditDistance_CountsLetters(string left, string right, int expected) =>
        Assert.Equal(expected, EditDistance.Between(left, right));
}
