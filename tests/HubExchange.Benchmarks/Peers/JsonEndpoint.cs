using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HubExchange.Benchmarks.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HubExchange.Benchmarks.Peers;

/// <summary>
/// What a team would write first: a minimal API that takes a list of records as JSON and upserts them row by row in one transaction.
/// It validates nothing, keeps no history, and speaks HTTP without TLS.
/// </summary>
internal sealed class JsonEndpoint : IAsyncDisposable
{
    /// <summary>What reports call it.</summary>
    public const string PeerName = "ASP.NET Core JSON endpoint, upsert row by row";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private JsonEndpoint(WebApplication app)
    {
        _app = app;
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>Makes the table when there is none, and starts to listen on a free port.</summary>
    public static async Task<JsonEndpoint> StartAsync(PlainDatabase database, CancellationToken cancellationToken)
    {
        await PlainRow.CreateTableAsync(database, cancellationToken);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/organizations", async (List<PlainRow> rows, CancellationToken token) =>
        {
            await UpsertAsync(database.DataSource, rows, token);
            return Results.Ok(new { Stored = rows.Count });
        });
        await app.StartAsync(cancellationToken);
        return new JsonEndpoint(app);
    }

    /// <summary>Bodies of requests, each with as many records as one of our frames.</summary>
    public static List<byte[]> Bodies(Organizations records, int count, int size) =>
    [
        .. Enumerable.Range(0, count).Select(index => PlainRow.Of(records.Record(index))).Chunk(size)
            .Select(rows => JsonSerializer.SerializeToUtf8Bytes(rows, Json)),
    ];

    /// <summary>Posts all bodies from several clients at once.</summary>
    public async Task<TimeSpan> PostAsync(List<byte[]> bodies, int clients, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            bodies,
            new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = cancellationToken },
            async (body, token) =>
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var response = await _client.PostAsync(new Uri("/organizations", UriKind.Relative), content, token);
                response.EnsureSuccessStatusCode();
            });
        return Stopwatch.GetElapsedTime(began);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task UpsertAsync(NpgsqlDataSource dataSource, List<PlainRow> rows, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var row in rows)
        {
            await row.UpsertAsync(connection, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
