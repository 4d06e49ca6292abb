using System.Globalization;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Enterprise.V1;
using HubExchange.Server.Query.Export;
using HubExchange.Server.Storage;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Query.Export;

/// <summary>An export larger than any buffer: what the hub holds of it, and what happens when it does not come to its end.</summary>
public sealed class BigExportTests(BigExportTests.Data data) : IClassFixture<BigExportTests.Data>
{
    private const string Type = "enterprise.organization";
    private const int Count = 100_000;

    /// <summary>A hub with a hundred thousand organisations and room for one export.</summary>
    public sealed class Data(SharedCluster cluster) : IAsyncLifetime
    {
        public TestHub Hub { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Hub = await TestHub.StartAsync(await cluster.Cluster.CreateDatabaseAsync(), null, "--Exports:MaxConcurrent=1", "--Exports:StallTimeout=00:00:05");
            var node = await Hub.NodeAsync(TestHub.Daye);
            var result = await node.PushAsync(TestHub.Daye, Organizations());
            Assert.Equal(Count, result.Counts.Stored);
        }

        public ValueTask DisposeAsync() => Hub.DisposeAsync();

        private static async IAsyncEnumerable<Organization> Organizations()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return Make.Organization(name: string.Create(CultureInfo.InvariantCulture, $"大冶样例企业{i}"));
            }

            await Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(ExportFormat.Csv)]
    [InlineData(ExportFormat.Xlsx)]
    public async Task EveryRecordComesOnce_AndTheHubHoldsNoneOfThem(ExportFormat format)
    {
        var client = await data.Hub.PersonAsync("bureau");
        using var output = new CountingStream();
        var status = await client.ExportAsync(new ExportRecordsRequest { Type = Type, Format = format, OrderBy = "name" }, output);

        Assert.Equal((Count, true), (status.Rows, status.Complete));
        Assert.True(output.Bytes > 4_000_000, $"{output.Bytes} bytes");

        // What the hub holds of the file is a chunk: a set size, and at most a record and the end of a compressed block more.
        Assert.InRange(output.Largest, 1, 2 * 64 * 1024);
        Assert.True(output.Chunks > 20, $"{output.Chunks} chunks");
        await FreedAsync();
    }

    [Fact]
    public async Task CallerWhoReadsSlowly_HoldsTheDatabaseBack_UntilTheLimit()
    {
        var token = (await (await data.Hub.AdminAsync()).IssueTokenAsync("slow", "bureau")).Token;
        using var caller = RawCaller.WithToken(data.Hub, token);
        using var call = new V1.ExportService.ExportServiceClient(caller.Invoker).ExportRecords(new ExportRecordsRequest { Type = Type }, caller.Options);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(1, await RunningAsync());
        var refused = await Assert.ThrowsAsync<HubException>(async () =>
            await (await data.Hub.PersonAsync("bureau")).ExportAsync(new ExportRecordsRequest { Type = Type }, System.IO.Stream.Null));
        Assert.Equal(ErrorReason.ExportLimit, refused.Reason);
        Assert.NotNull(refused.RetryDelay);

        // Nobody reads: the hub gives the connection back by itself, though the statement is not at its end.
        await FreedAsync();
        var seen = 1L;
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                seen = call.ResponseStream.Current.Extensions[0].Unpack<ExportStatus>().Rows;
            }
        });
        Assert.InRange(seen, 1, Count / 2);
    }

    [Fact]
    public async Task CancelledExport_FreesConnectionAndSlot()
    {
        using var cancel = new CancellationTokenSource();
        var client = await data.Hub.PersonAsync("bureau");
        var progress = new Told<ExportStatus>(_ => cancel.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.ExportAsync(new ExportRecordsRequest { Type = Type }, System.IO.Stream.Null, progress, cancel.Token));

        await FreedAsync();
    }

    [Fact]
    public async Task RestCallerNeverTakesAPartForTheWhole()
    {
        var token = (await (await data.Hub.AdminAsync()).IssueTokenAsync("rest", "bureau")).Token;
        using var caller = RawCaller.WithToken(data.Hub, token);
        using var response = await caller.Http.GetAsync(
            new Uri($"/v1/types/{Type}/records:export", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var read = await body.ReadAsync(new byte[1024]);
        Assert.True(read > 0);

        // The statement ends in the middle of the file, as when the database goes.
        await EndStatementsAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => body.CopyToAsync(System.IO.Stream.Null));
        await FreedAsync();
    }

    [Fact]
    public void MoreRowsThanASheetHolds_GoOnInFurtherSheets()
    {
        var column = new ExportColumn("名称", 10, _ => ExportCell.Empty);
        using var output = new MemoryStream();
        using (var file = new XlsxRows(output, [column], "企业", maxRows: 2))
        {
            for (var i = 0; i < 5; i++)
            {
                file.Write([ExportCell.Of($"第{i}")]);
            }

            file.Complete([("记录数", "5")]);
        }

        var book = new Workbook(new MemoryStream(output.ToArray()));

        Assert.Equal(["企业", "企业 2", "企业 3", "说明"], book.Sheets.Select(sheet => sheet.Name));
        Assert.All(book.Sheets.SkipLast(1), sheet => Assert.Equal("名称", sheet.Rows[0]["A"].Text));
        Assert.Equal(
            ["第0", "第1", "第2", "第3", "第4"], book.Sheets.SkipLast(1).SelectMany(sheet => sheet.Rows.Skip(1)).Select(row => row["A"].Text));
        Assert.Equal(1_048_575, XlsxRows.MaxRows);
    }

    [Theory]
    [InlineData("a<b>&\"c\"")]
    [InlineData(" 两边有空格 ")]
    [InlineData("换\n行")]
    public void TextInAWorkbook_IsWhatItWas(string text)
    {
        Assert.Equal(text, Cell(text));
        Assert.Equal("_x0001_", Cell("\u0001"));
        Assert.Equal("_x005F_x0001_", Cell("_x0001_"));

        static string Cell(string text)
        {
            using var output = new MemoryStream();
            using (var file = new XlsxRows(output, [new ExportColumn("名称", 10, _ => ExportCell.Empty)], "企业"))
            {
                file.Write([ExportCell.Of(text)]);
                file.Complete([]);
            }

            return new Workbook(new MemoryStream(output.ToArray())).Sheets[0].Rows[1]["A"].Text;
        }
    }

    /// <summary>Waits until no statement of an export runs and the one slot takes an export again: the slot is given back a moment after the statement.</summary>
    private async Task FreedAsync()
    {
        var client = await data.Hub.PersonAsync("bureau");
        var one = new ExportRecordsRequest { Type = Type, Filter = "name = \"大冶样例企业99999\"" };
        await Eventually.HoldsAsync(
            async () =>
            {
                if (await RunningAsync() > 0)
                {
                    return false;
                }

                try
                {
                    return (await client.ExportAsync(one, System.IO.Stream.Null)).Rows == 1;
                }
                catch (HubException exception) when (exception.Reason == ErrorReason.ExportLimit)
                {
                    return false;
                }
            },
            "the statement of the export ends and its slot is free");
    }

    private async Task<long> RunningAsync() => await ScalarAsync(
        "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and query like '%hub_payload from%' and pid <> pg_backend_pid()");

    private async Task EndStatementsAsync() => await ScalarAsync(
        """
        select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and state = 'active' and query like '%hub_payload from%' and pid <> pg_backend_pid()
        """);

    private async Task<long> ScalarAsync(string sql)
    {
        var storage = data.Hub.Services.GetRequiredService<HubStorage>();
        await using var command = storage.DataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed class Told<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }

    private sealed class CountingStream : System.IO.Stream
    {
        public long Bytes { get; private set; }

        public int Chunks { get; private set; }

        public int Largest { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Bytes;

        public override long Position { get => Bytes; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Bytes += count;
            Chunks++;
            Largest = Math.Max(Largest, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            Chunks++;
            Largest = Math.Max(Largest, buffer.Length);
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
