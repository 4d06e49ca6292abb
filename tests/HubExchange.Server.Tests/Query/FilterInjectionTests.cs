using System.Buffers.Text;
using System.Text;
using Dapper;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Sample.V1;
using HubExchange.Server.Storage;
using HubExchange.Server.Tests.Identity;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;

namespace HubExchange.Server.Tests.Query;

/// <summary>
/// Whatever stands in a request, it is refused with a reason or answered with what the caller may see; it never reaches the database as
/// a part of a statement.
/// </summary>
public sealed class FilterInjectionTests(FilterOracleData data) : IClassFixture<FilterOracleData>
{
    private const int Cases = 6000;

    private static readonly ErrorReason[] Refusals =
    [
        ErrorReason.RequestInvalid, ErrorReason.FilterInvalid, ErrorReason.FieldNotReadable, ErrorReason.PageTokenInvalid,
        ErrorReason.TypeUnknown, ErrorReason.RecordNotFound,
    ];

    private static readonly string[] Attacks =
    [
        "' or 1=1 --", "\" or 1=1 --", "'; drop table public.canary; --", "\"; drop table public.canary; --", "x'; create role intruder superuser; --",
        "') or ('1'='1", "\") or (\"1\"=\"1", "1; select pg_sleep(30)", "$1", "$$; drop table public.canary; $$", "${1}", "{0}", "%s", "%' or '%'='", "\\'; --", "\\",
        "\\\\' or true --", "' union select rolpassword from pg_authid --", "name\" = \"name", "name\" or true or \"name", "r.hub_payload", "hub_payload", "hub_deleted",
        "r.name", "\"name\"", "f1.value", "f2.hub_key", "public.canary", "pg_catalog.pg_authid", "current_user", "version()", "pg_sleep(10)", "lo_import('/etc/passwd')",
        "name::text", "name || secret", "name;", "name/**/", "name--", "/* */", "--", "''", "\"\"", "'", "\"", "`", "name\0", "\0", "\u2028", "\uFEFF", "\uFFFF", "\uFF07 or 1=1", "＂", "’",
        "U&'\\0027'", "E'\\x27'", "0x27", "1e309", "NaN", "Infinity", "-infinity", "99999999999999999999999999999999999999999", "-0", "+1", "١٢", "9999-12-31", "0001-01-01",
        "2021-02-30", "10000-01-01", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "secret", "part.secret", "target_id.parts.secret", "parts.unsearched", "unsearched",
        "organization", "organization.", ".", "..", "a.b.c.d", "uscc.zone_ids.name", "target_id.case_id.name", "parts.name.x", "name.x", "hub_source", "xmin", "ctid", "tableoid", "*", "@x", "@", "IN", "NOT", "-", "AND OR",
        "today", "today()", "year(name)", "year()", "year(1)", "add_years(made_on, 101)", "add_days(made_on, 1e3)", "add_years(made_on, -100)", "contains(name)", "contains(parts, \"x\")",
        "prefix(name, today())", "date(\"x\")", "drop(name)", "((((((((((((((((((", "))))", "((", ",", ",,", "a,b", ";", "\n", "\t", "\r\n", "\U0001F4A9", "e\u0301",
        "Bobby'); DROP SCHEMA hub CASCADE;--", "<script>", "../../etc/passwd", "%00", "%27", "&#39;", "{{7*7}}", "' || (select secret from sample.oracle_case limit 1) || '",
    ];

    [Fact]
    public async Task HostileStrings_AreRefusedOrHarmless()
    {
        await using var database = await data.Hub.Services.GetRequiredService<HubStorage>().DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await database.ExecuteAsync("create table public.canary (word text); insert into public.canary values ('alive')");
        var tables = await database.ExecuteScalarAsync<long>("select count(*) from pg_class where relkind = 'r'");
        using var raw = RawCaller.WithIdentity(data.Hub, await data.Hub.IdentityOfAsync(FilterOracleData.Other));
        var query = new QueryService.QueryServiceClient(raw.Invoker);
        var seen = await SeenAsync(await data.Hub.NodeAsync(FilterOracleData.Other));
        var digests = new Dictionary<string, byte[]>();
        foreach (var orderBy in Hostile.Orders)
        {
            var page = await query.ListRecordsAsync(new ListRecordsRequest { Type = "sample.oracle_case", PageSize = 3, OrderBy = orderBy }, raw.Options);
            digests[orderBy] = Base64Url.DecodeFromChars(page.NextPageToken)[..8];
        }

        var (refused, answered) = (0, 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Cases),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
            async (number, _) =>
            {
                var hostile = new Hostile(new Random(number), digests);
                var (request, call) = hostile.Next(query, raw);
                try
                {
                    foreach (var record in await call())
                    {
                        Assert.True(
                            seen.TryGetValue((record.Type, record.Key, record.Source), out var known) && (hostile.IsMasked || known == record.Payload.Value),
                            $"{request} shows {record}");
                        Assert.DoesNotContain("secret", record.Payload.ToString(), StringComparison.Ordinal);
                    }

                    Interlocked.Increment(ref answered);
                }
                catch (RpcException e)
                {
                    var name = Reasons.NameOf(e);
                    Assert.True(Refusals.Any(reason => Wire(reason) == name), $"case {number}: {request}: {name} {e.Status}");
                    Interlocked.Increment(ref refused);
                }
            });

        Assert.True(refused > Cases / 3 && answered > Cases / 15, $"{refused} refused, {answered} answered");
        Assert.Equal("alive", await database.ExecuteScalarAsync<string>("select string_agg(word, ',') from public.canary"));
        Assert.Equal(0, await database.ExecuteScalarAsync<long>("select count(*) from pg_roles where rolname = 'intruder'"));
        Assert.Equal(tables, await database.ExecuteScalarAsync<long>("select count(*) from pg_class where relkind = 'r'"));
        await database.ExecuteAsync("drop table public.canary");
    }

    private static string Wire(ErrorReason reason) =>
        string.Concat(reason.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}")).ToUpperInvariant();

    private static async Task<Dictionary<(string, string, string), ByteString>> SeenAsync(HubClient client)
    {
        var seen = new Dictionary<(string, string, string), ByteString>();
        foreach (var type in (string[])["sample.oracle_case", "sample.oracle_target", "enterprise.organization"])
        {
            foreach (var source in (string[])["", "-"])
            {
                await foreach (var record in client.ListAsync(type, pageSize: 1000, source: source))
                {
                    seen[(record.Type, record.Key, record.Source)] = record.Payload.Value;
                }
            }
        }

        return seen;
    }

    /// <summary>Puts hostile strings wherever a request takes text.</summary>
    private sealed class Hostile(Random random, IReadOnlyDictionary<string, byte[]> digests)
    {
        public static readonly string[] Orders = ["", "name", "made_on desc, small", "ratio, recorded_at", "flag, effective_from desc"];

        private static readonly string[] Fields =
            ["name", "small", "ratio", "made_on", "flag", "state", "words", "parts.name", "part.weight", "target_id.size", "organization.name", "recorded_at", "disputed", "seen_at", "days"];

        private static readonly string[] Texts = ["name", "note", "words", "parts.name", "target_ids.name", "organization.name", "key"];

        public bool IsMasked { get; private set; }

        public (string Request, Func<Task<IEnumerable<V1.Record>>> Call) Next(QueryService.QueryServiceClient query, RawCaller raw)
        {
            var list = new ListRecordsRequest { Type = random.Next(4) == 0 ? "sample.oracle_target" : "sample.oracle_case", PageSize = 20 };
            switch (random.Next(16))
            {
                case < 8:
                    list.Filter = Filter();
                    list.EffectiveOn = random.Next(6) == 0 ? "2031-01-01" : "";
                    break;
                case < 10:
                    list.OrderBy = random.Next(3) switch { 0 => Attack(), 1 => $"name {Attack()}", _ => $"{Pick(Fields)}, {Attack()} desc" };
                    break;
                case < 12:
                    list.Type = "sample.oracle_case";
                    list.PageSize = 3;
                    list.OrderBy = Pick(Orders);
                    list.PageToken = Token(list.OrderBy);
                    break;
                case 12:
                    IsMasked = true;
                    list.ReadMask = new FieldMask { Paths = { random.Next(2) == 0 ? Attack() : $"parts.{Attack()}", "name" } };
                    break;
                case 13:
                    list.Source = Attack();
                    list.EffectiveOn = random.Next(3) == 0 ? Attack() : "";
                    list.Type = random.Next(5) == 0 ? Attack() : list.Type;
                    break;
                case 14:
                    var get = new GetRecordRequest { Type = list.Type, Key = Attack(), Source = random.Next(2) == 0 ? Attack() : "" };
                    return (get.ToString(), async () => [(await query.GetRecordAsync(get, raw.Options)).Record]);
                default:
                    var history = new ListRecordHistoryRequest
                    {
                        Type = list.Type,
                        Key = random.Next(2) == 0 ? "C-1" : Attack(),
                        Source = random.Next(2) == 0 ? Attack() : "",
                        PageToken = random.Next(3) == 0 ? Attack() : "",
                    };
                    return (history.ToString(), async () => (await query.ListRecordHistoryAsync(history, raw.Options)).Versions.Select(version => version.Record).Where(record => record.Revision < 0));
            }

            return (list.ToString(), async () => (await query.ListRecordsAsync(list, raw.Options)).Records);
        }

        private string Filter() => random.Next(10) switch
        {
            0 => Attack(),
            1 => $"{Attack()} = {Attack()}",
            2 => $"{Pick(Fields)} = {Attack()}",
            3 => $"{Pick(Texts)} {Pick(["=", "!=", "<", ">", ":"])} \"{Attack().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
            4 => $"{Pick(Fields)} IN (\"{Attack()}\", '{Attack()}')",
            5 => $"contains({Pick(Texts)}, '{Attack().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}')",
            6 => $"{Pick(["year", "month", "date", "add_years", "add_days", Attack()])}({Pick([Attack(), .. Fields])}, {random.Next(200)}) > \"2021-01-01\"",
            7 => $"{Pick(Fields)}.{Attack()} = 1",
            8 => $"NOT {Pick(Texts)}:'{Attack().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}' OR name = \"{Pick(FilterOracleGenerator.Words.Where(word => !word.Contains((char)34) && !word.Contains((char)92)).ToArray())}\"",
            _ => $"name = \"{Attack()}\" AND ({Attack()})",
        };

        // With the digest of a real token, so that what follows it is looked at.
        private string Token(string orderBy)
        {
            var content = random.Next(4) switch
            {
                0 => Attack(),
                1 => System.Text.Json.JsonSerializer.Serialize((string[])[Attack(), Attack()]),
                2 => "[\"C-1\",\"ND\",\"\\u0000\",\"\\ud800\"]",
                _ => System.Text.Json.JsonSerializer.Serialize(
                    (string?[])["C-1", Attack(), .. orderBy.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(_ => random.Next(4) == 0 ? null : Attack())]),
            };
            return random.Next(6) == 0 ? Attack() : Base64Url.EncodeToString([.. digests[orderBy], .. Encoding.UTF8.GetBytes(content)]);
        }

        private string Attack()
        {
            var attack = Pick(Attacks);
            return random.Next(4) switch
            {
                0 => attack + Pick(Attacks),
                1 => attack.Insert(random.Next(attack.Length + 1) is var at && at < attack.Length && char.IsLowSurrogate(attack[at]) ? 0 : at, Pick(["'", "\"", "\\", ")", " "])),
                _ => attack,
            };
        }

        private string Pick(string[] items) => items[random.Next(items.Length)];
    }
}
