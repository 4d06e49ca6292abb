using HubExchange.Server.Storage;
using HubExchange.Testing;
using Npgsql;

namespace HubExchange.Server.Tests.Storage;

/// <summary>What is written as rows of COPY is what the database reads.</summary>
public sealed class CopyRowsTests(SharedCluster cluster)
{
    public static TheoryData<string> Decimals =>
    [
        "0", "1", "-1", "1.5", "0.10", "-0.0001", "9999", "10000", "10000.0000", "0.00000001", "100000000", "12345678901234567890.123456789",
        "00012.50", "99999999.99999999", "1234567.1", "-87654321.000100",
    ];

    private static readonly string[] Odd = ["a,b", "null", ""];

    private static readonly int[] Numbers = [7, -1];

    public static TheoryData<string> NotDecimals => ["", "-", ".", "1e5", "1,000", "NaN", "1.2.3", " 1", "一"];

    [Theory]
    [MemberData(nameof(Decimals))]
    public async Task Decimal_KeepsEveryDigitAndItsScale(string text)
    {
        await using var connection = await ConnectAsync();
        await using var expected = new NpgsqlCommand($"select '{text}'::numeric::text", connection);

        Assert.Equal((string?)await expected.ExecuteScalarAsync(), await CopiedAsync(connection, "numeric", rows => rows.AddDecimal(text)));
    }

    [Theory]
    [MemberData(nameof(NotDecimals))]
    public void WhatIsNoDecimal_IsRefused(string text)
    {
        using var rows = new CopyRows();

        Assert.Throws<FormatException>(() => rows.AddDecimal(text));
    }

    [Theory]
    [InlineData("1900-01-01")]
    [InlineData("1999-12-31")]
    [InlineData("2000-02-29")]
    [InlineData("9999-12-31")]
    public async Task Date_IsTheSameDay(string text)
    {
        await using var connection = await ConnectAsync();

        Assert.Equal(text, await CopiedAsync(connection, "date", rows => rows.AddDate(text)));
    }

    [Fact]
    public async Task OtherValues_AreTheSame()
    {
        await using var connection = await ConnectAsync();
        var instant = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(1_606_690_800_123_456);

        Assert.Equal("黄石\"\\,{}", await CopiedAsync(connection, "text", rows => rows.Add("黄石\"\\,{}")));
        Assert.Equal("-2147483648", await CopiedAsync(connection, "integer", rows => rows.Add(int.MinValue)));
        Assert.Equal("9223372036854775807", await CopiedAsync(connection, "bigint", rows => rows.Add(long.MaxValue)));
        Assert.Equal("true", await CopiedAsync(connection, "boolean", rows => rows.Add(true)));
        Assert.Equal("\\x00ff", await CopiedAsync(connection, "bytea", rows => rows.Add([0, 255])));
        Assert.Equal("2020-11-29 23:00:00.123456+00", await CopiedAsync(connection, "timestamptz", rows => rows.Add(instant)));
        Assert.Equal("{\"a\": \"省\"}", await CopiedAsync(connection, "jsonb", rows => rows.AddJson("{\"a\":\"省\"}")));
        Assert.Equal("{a,b}", await CopiedAsync(connection, "text[]", rows => rows.AddIds(["a", "b"])));
        Assert.Equal(
            "{\"a,b\",\"null\",\"\"}",
            await CopiedAsync(connection, "text[]", rows => rows.AddList(CopyRows.TextType, Odd, (row, value) => row.Add((string)value))));
        Assert.Equal(
            "{7,-1}",
            await CopiedAsync(connection, "integer[]", rows => rows.AddList(CopyRows.IntegerType, Numbers, (row, value) => row.Add((int)value))));
    }

    [Fact]
    public async Task NothingAtAll_IsNullInEveryType()
    {
        await using var connection = await ConnectAsync();

        Assert.Null(await CopiedAsync(connection, "text", rows => rows.Add((string?)null)));
        Assert.Null(await CopiedAsync(connection, "integer", rows => rows.Add((int?)null)));
        Assert.Null(await CopiedAsync(connection, "bytea", rows => rows.Add((byte[]?)null)));
        Assert.Null(await CopiedAsync(connection, "timestamptz", rows => rows.Add((DateTime?)null)));
        Assert.Null(await CopiedAsync(connection, "numeric", rows => rows.AddDecimal(null)));
        Assert.Null(await CopiedAsync(connection, "date", rows => rows.AddDate(null)));
        Assert.Null(await CopiedAsync(connection, "jsonb", rows => rows.AddJson(null)));
        Assert.Null(await CopiedAsync(connection, "text[]", rows => rows.AddIds(null)));
    }

    [Fact]
    public async Task ManyLongRows_AllArrive()
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, "create temp table copied (n integer, value text)");
        using var rows = new CopyRows();
        for (var n = 0; n < 5_000; n++)
        {
            rows.BeginRow(2);
            rows.Add(n);
            rows.Add(new string('石', n % 700));
        }

        await CopyAsync(connection, rows);

        await using var count = new NpgsqlCommand("select count(*) || ' ' || sum(length(value)) || ' ' || sum(n) from copied", connection);
        Assert.Equal($"5000 {Enumerable.Range(0, 5_000).Sum(n => n % 700)} {Enumerable.Range(0, 5_000).Sum()}", await count.ExecuteScalarAsync());
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(await cluster.Cluster.CreateDatabaseAsync());
        await connection.OpenAsync();
        await ExecuteAsync(connection, "set timezone = 'UTC'");
        return connection;
    }

    private static async Task<string?> CopiedAsync(NpgsqlConnection connection, string type, Action<CopyRows> add)
    {
        await ExecuteAsync(connection, $"drop table if exists copied; create temp table copied (value {type})");
        using var rows = new CopyRows();
        rows.BeginRow(1);
        add(rows);
        await CopyAsync(connection, rows);
        await using var read = new NpgsqlCommand("select value::text from copied", connection);
        return await read.ExecuteScalarAsync() as string;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, CopyRows rows)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync("copy copied from stdin (format binary)");
        await copy.WriteAsync(rows.End());
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
