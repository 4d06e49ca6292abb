using System.Text;
using HubExchange.Client.Files;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Region.V1;

namespace HubExchange.Client.Tests.Files;

public sealed class RecordFileTests
{
    private const string Uscc = "91420300MA48ABCD1X";

    [Fact]
    public void Headings_MayBeFieldNamesOrLabels()
    {
        using var file = TempFile.Csv($"统一社会信用代码, NAME ,机构类型,经营状态\n{Uscc},大冶特钢,企业,active\n");

        var organization = file.Single();

        Assert.Equal(Uscc, organization.Uscc);
        Assert.Equal("大冶特钢", organization.Name);
        Assert.Equal(OrganizationKind.Enterprise, organization.OrgKind);
        Assert.Equal(BusinessState.Active, organization.BusinessState);
    }

    [Theory]
    [InlineData("注册资本(万元)", "\"1,234.5\"", 1_234_500_000)]
    [InlineData("注册资本\uFF08元\uFF09", "0.1", 10)]
    [InlineData("注册资本 (亿元)", "0.00000001", 100)]
    [InlineData("注册资本(分)", "12", 12)]
    [InlineData("registered_capital_fen", "123456", 123_456)]
    public void Money_IsConvertedExactly(string heading, string cell, long fen)
    {
        using var file = TempFile.Csv($"uscc,{heading}\n{Uscc},{cell}\n");

        Assert.Equal(fen, file.Single().RegisteredCapitalFen);
    }

    [Fact]
    public void Money_WithoutUnit_IsRefusedWithPossibleHeadings()
    {
        using var file = TempFile.Csv($"uscc,注册资本\n{Uscc},1\n");

        var exception = Assert.Throws<RecordFileException>(() => RecordFile.Open(file.Path, TempFile.Organizations));

        Assert.Contains("注册资本(万元)", Assert.Single(exception.Problems).Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void Money_FinerThanOneFen_IsRefused()
    {
        using var file = TempFile.Csv($"uscc,注册资本(元)\n{Uscc},0.001\n");

        Assert.Contains("不足一分", Assert.Single(Assert.Single(file.Rows()).Problems).Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownHeading_NamesTheNearest_AndDuplicatesAreFound()
    {
        using var file = TempFile.Csv("uscc,统一社会信用代码,法人代表\n");

        var exception = Assert.Throws<RecordFileException>(() => RecordFile.Open(file.Path, TempFile.Organizations));

        Assert.Contains(exception.Problems, problem => problem.Zh.Contains("法定代表人", StringComparison.Ordinal));
        Assert.Contains(exception.Problems, problem => problem.En.Contains("keep one", StringComparison.Ordinal));
    }

    [Fact]
    public void ShortenedHeading_IsNearestToWhatItShortens()
    {
        using var file = TempFile.Csv("信用代码,名称\n");

        var exception = Assert.Throws<RecordFileException>(() => RecordFile.Open(file.Path, TempFile.Organizations));

        Assert.Contains(
            exception.Problems, problem => problem.Zh.Contains("没有列“信用代码”。相近的列名:统一社会信用代码(uscc)", StringComparison.Ordinal));
    }

    [Fact]
    public void MissingKeyColumn_IsRefused()
    {
        using var file = TempFile.Csv("名称\n大冶特钢\n");

        var exception = Assert.Throws<RecordFileException>(() => RecordFile.Open(file.Path, TempFile.Organizations));

        Assert.Contains("缺少主键列", Assert.Single(exception.Problems).Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void RemarksOfRefusedRows_ArePassedOver()
    {
        using var file = TempFile.Csv($"uscc,错误,Errors\n{Uscc},x,y\n");

        Assert.Equal(Uscc, file.Single().Uscc);
    }

    [Fact]
    public void EveryProblemOfARow_IsReported_AndOtherRowsAreRead()
    {
        using var file = TempFile.Csv($"uscc,成立日期,从业人员,机构类型\n{Uscc},昨天,很多,公司\n,,,\n{Uscc},,7,企业\n");

        var rows = file.Rows();

        Assert.Equal([2, 4], rows.Select(row => row.Line));
        Assert.Equal(["成立日期", "从业人员", "机构类型"], rows[0].Problems.Select(problem => problem.Column));
        Assert.Equal(7, ((Organization)rows[1].Record!).StaffTotal);
    }

    [Fact]
    public void Lists_AreSeparatedBySemicolonsOfEitherWidth()
    {
        using var file = TempFile.Csv($"uscc,曾用名\n{Uscc},甲公司\uFF1B乙公司; 丙公司\n");

        Assert.Equal(["甲公司", "乙公司", "丙公司"], file.Single().FormerNames);
    }

    [Theory]
    [InlineData("{\"division\":\"420281\",\"primary\":true};{\"division\":\"420203\"}")]
    [InlineData("[{\"division\":\"420281\",\"primary\":true},{\"division\":\"420203\"}]")]
    public void NestedMessages_AreJson_ListsOfThemSeparatedBySemicolons(string cell)
    {
        using var file = TempFile.Bytes(
            "region.zone.csv",
            Encoding.UTF8.GetBytes($"zone_id,host_divisions\n420281-Z001,\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"));

        var row = Assert.Single(RecordFile.Open(file.Path, CityEntityTypes.All.Of<Zone>()).ReadRows());

        Assert.Equal(["420281", "420203"], ((Zone)row.Record!).HostDivisions.Select(division => division.Division));
    }

    [Fact]
    public void EmptyCells_AreAbsent()
    {
        using var file = TempFile.Csv($"uscc,从业人员\n{Uscc},\n");

        Assert.False(file.Single().HasStaffTotal);
    }

    [Fact]
    public void ScientificNotation_SaysToFormatAsText()
    {
        using var file = TempFile.Csv("uscc\n9.14203E+17\n");

        Assert.Contains("“文本”", Assert.Single(Assert.Single(file.Rows()).Problems).Zh, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'91420300ma48abcd1x")]
    [InlineData(" 91420300MA48ABCD1X ")]
    [InlineData("\uFF19\uFF11420300MA48ABCD1X\u3000")]
    [InlineData("\"=\"\"91420300MA48ABCD1X\"\"\"")]
    public void SpreadsheetArtefacts_AreTakenAway(string cell)
    {
        using var file = TempFile.Csv($"uscc\n{cell}\n");

        Assert.Equal(Uscc, file.Single().Uscc);
    }

    [Fact]
    public void QuotedText_KeepsLineBreaks_AndRowsCountAsInASpreadsheet()
    {
        using var file = TempFile.Csv($"uscc,地址\r\n{Uscc},\"黄石市\r\n1号, \"\"甲\"\"\"\r\n{Uscc},#乙\r\n");

        var rows = file.Rows();

        Assert.Equal([2, 3], rows.Select(row => row.Line));
        Assert.Equal("黄石市\r\n1号, \"甲\"", ((Organization)rows[0].Record!).Address);
        Assert.Equal("#乙", ((Organization)rows[1].Record!).Address);
    }

    [Fact]
    public void JsonLines_AcceptBothSpellings_AndReportTheLine()
    {
        using var file = TempFile.Json($"{{\"uscc\":\"{Uscc}\",\"staff_total\":1}}\n\n{{\"uscc\":\"{Uscc}\",\"staffTotal\":2}}\n{{\"nix\":1}}\n");

        var rows = file.Rows();

        Assert.Equal([1, 3, 4], rows.Select(row => row.Line));
        Assert.Equal([1, 2], rows.Take(2).Select(row => ((Organization)row.Record!).StaffTotal));
        Assert.Null(rows[2].Record);
    }

    [Theory]
    [InlineData("region.zone.csv", "region.zone")]
    [InlineData("/a/enterprise.organization-大冶.csv", "enterprise.organization")]
    [InlineData("enterprise.organizations.csv", null)]
    public void FileName_SaysTheType(string path, string? type) =>
        Assert.Equal(type, RecordFile.TypeOf(path, CityEntityTypes.All)?.Id);

    [Fact]
    public void Workbook_IsRefusedWithAdvice()
    {
        using var file = TempFile.Bytes("enterprise.organization.xlsx", "PK"u8.ToArray());

        var exception = Assert.Throws<RecordFileException>(() => RecordFile.Open(file.Path, TempFile.Organizations));

        Assert.Contains("CSV UTF-8", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TabSeparatedUtf16_IsRead()
    {
        using var file = TempFile.Encoded($"uscc\t名称\n{Uscc}\t甲,乙\n", Encoding.Unicode);

        Assert.Equal("甲,乙", file.Single().Name);
    }
}
