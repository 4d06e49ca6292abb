using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Contracts.Hashing;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>Hub and source are equal, or the difference is listed and mended (G12).</summary>
public sealed class ReconciliationTests(QuietHubFixture fixture) : IClassFixture<QuietHubFixture>
{
    private const string Current = "enterprise.organization";

    [Fact]
    public async Task EqualSides_AreCertified_InOneRoundTrip()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 300);

        var run = await county.RunAsync();

        Assert.Equal(ReconciliationState.Equal, run.State);
        Assert.Equal((300L, 300L, 6L, 1), (run.SourceCount, run.HubCount, run.Sequence, run.RoundTrips));
        var certificate = await county.Client.GetReconciliationCertificateAsync(run.Id);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(fixture.Hub.CaFile);
        var statement = CertificateCheck.Verify(certificate, authority);
        Assert.Equal((county.Node, Current, 300L, 6L), (statement!.Source, statement.Type, statement.Count, statement.Sequence));
        Assert.Equal(run.Digest, statement.Digest);
    }

    [Fact]
    public async Task AlteredCertificate_IsRefused()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 3);
        var certificate = await county.Client.GetReconciliationCertificateAsync((await county.RunAsync()).Id);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(fixture.Hub.CaFile);
        var bytes = certificate.Statement.ToByteArray();
        bytes[^1] ^= 1;

        Assert.Null(CertificateCheck.Verify(
            new ReconciliationCertificate(certificate) { Statement = ByteString.CopyFrom(bytes) }, authority));
    }

    [Fact]
    public async Task Heartbeat_IsSmall()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 3);
        await county.RunAsync();

        Assert.InRange(new AttendRequest { Heartbeat = county.Records.Heartbeat() }.CalculateSize() + 14, 40, 150);
    }

    [Theory]
    [InlineData("row deleted")]
    [InlineData("row and history deleted")]
    [InlineData("column edited")]
    [InlineData("payload edited")]
    [InlineData("hash edited")]
    [InlineData("lost batch")]
    [InlineData("lost update")]
    [InlineData("lost deletion")]
    [InlineData("duplicated source")]
    [InlineData("row replaced as a whole")]
    [InlineData("row duplicated under another key")]
    public async Task InjectedDamage_IsFoundAndMended(string damage)
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 120);
        var key = county.AnyKey;

        // A record with a history.
        county.Change(Make.Organization(key, "更名企业"));
        await county.Client.PushAsync(county.Node, new[] { county.Get(key) }.ToAsyncEnumerable(), county.Options);
        var kind = await DamageAsync(county, key, damage);

        var run = await county.RunAsync();

        Assert.Equal((ReconciliationState.Mended, ""), (run.State, run.Failure));
        var differences = await county.DifferencesAsync(run.Id);
        Assert.All(differences, difference => Assert.Equal((kind, DifferenceOutcome.Mended), (difference.Kind, difference.Outcome)));
        Assert.Equal(damage switch { "lost batch" => 30, "duplicated source" => 40, _ => 1 }, differences.Count);
        Assert.Equal(county.Own(), await county.ShownAsync());
        Assert.Equal(ReconciliationState.Equal, (await county.RunAsync()).State);

        // What was mended goes on like any other record.
        foreach (var again in county.Keys.Take(5).Append(key).ToList().Where(each => county.Keys.Contains(each)))
        {
            county.Change(Make.Organization(again, "再次更名"));
            await county.Client.PushAsync(county.Node, new[] { county.Get(again) }.ToAsyncEnumerable(), county.Options);
        }

        Assert.Equal(ReconciliationState.Equal, (await county.RunAsync()).State);
        Assert.Equal(county.Own(), await county.ShownAsync());
    }

    [Fact]
    public async Task DryRun_ListsAndLeavesAlone()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 20);
        county.Lose(Make.Organization(county.AnyKey, "未报送"));

        var run = await county.RunAsync(isDryRun: true);

        Assert.Equal((ReconciliationState.Listed, 1L, 0L), (run.State, run.Stale, run.Mended));
        Assert.Equal(DifferenceOutcome.Open, Assert.Single(await county.DifferencesAsync(run.Id)).Outcome);
        Assert.NotEqual(county.Own(), await county.ShownAsync());
        var refused = await Assert.ThrowsAsync<HubException>(() => county.Client.GetReconciliationCertificateAsync(run.Id));
        Assert.Equal(ErrorReason.ReconciliationNotEqual, refused.Reason);
    }

    [Fact]
    public async Task ManyDeletions_WaitForApproval_AndCanBeUndone()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 250);
        var before = county.Own();
        foreach (var key in before.Keys.Take(150))
        {
            county.Forget(key);
        }

        county.Lose(Make.Organization(name: "新企业"));

        var waiting = await county.RunAsync();

        Assert.Equal((ReconciliationState.Waiting, 150L, 1L, 1L), (waiting.State, waiting.Extra, waiting.Missing, waiting.Mended));
        Assert.Equal(251, (await county.ShownAsync()).Count);

        var bureau = await fixture.Hub.PersonAsync("bureau");
        var done = await bureau.ApproveReconciliationAsync(waiting.Id);

        Assert.Equal((ReconciliationState.Mended, 150L, "test-bureau"), (done.State, done.Mended, done.DecidedBy));
        Assert.Equal(county.Own(), await county.ShownAsync());
        var again = await Assert.ThrowsAsync<HubException>(() => bureau.ApproveReconciliationAsync(waiting.Id));
        Assert.Equal(ErrorReason.ReconciliationNotWaiting, again.Reason);

        Assert.Equal(150, await bureau.UndoReconciliationAsync(done.Id));
        Assert.Equal(0, await bureau.UndoReconciliationAsync(done.Id));
        Assert.Equal(before.Concat(county.Own()).DistinctBy(pair => pair.Key).ToDictionary(), await county.ShownAsync());
    }

    [Fact]
    public async Task RecordAgainstTheRules_IsNamed_AndKeptInQuarantine()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 10);
        var wrong = Make.Organization(county.AnyKey, "");
        county.Lose(wrong);

        var run = await county.RunAsync();

        Assert.Equal(ReconciliationState.Different, run.State);
        var difference = Assert.Single(await county.DifferencesAsync(run.Id));
        Assert.Equal((wrong.Uscc, DifferenceKind.Stale, DifferenceOutcome.Quarantined), (difference.Key, difference.Kind, difference.Outcome));
    }

    [Fact]
    public async Task WithoutItsSource_NothingIsReconciled()
    {
        var node = await fixture.Hub.NodeAsync("ND-RC9999");

        var error = await Assert.ThrowsAsync<HubException>(() => node.RunReconciliationAsync(AttendedCounty.Type, "ND-RC9999"));

        Assert.Equal(ErrorReason.SourceNotAttending, error.Reason);
    }

    [Fact]
    public async Task OtherSources_SeeNothingOfIt()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 3);
        var run = await county.RunAsync();
        var other = await fixture.Hub.NodeAsync("ND-RC9998");

        Assert.Equal(ErrorReason.ReconciliationNotFound, (await Assert.ThrowsAsync<HubException>(() => other.GetReconciliationAsync(run.Id))).Reason);
        Assert.Equal(
            ErrorReason.SourceNotAttending,
            (await Assert.ThrowsAsync<HubException>(() => other.RunReconciliationAsync(AttendedCounty.Type, county.Node))).Reason);
        Assert.Empty(await other.ListReconciliationsAsync().ToListAsync());
        Assert.Equal(run.Id, Assert.Single(await county.Client.ListReconciliationsAsync(Current).ToListAsync()).Id);
    }

    [Fact]
    public async Task SecondAttendance_EndsTheFirst()
    {
        await using var county = await AttendedCounty.StartAsync(fixture.Hub, 3);
        await using var second = await county.AlsoAtAsync(fixture.Hub);
        await second.WelcomedAsync();
        await using var third = await county.AlsoAtAsync(fixture.Hub);
        await third.WelcomedAsync();

        Assert.Equal(ErrorReason.AttendanceEnded, (await Assert.ThrowsAsync<HubException>(() => second.EndedAsync())).Reason);

        // The one that took over answers.
        await county.LeaveAsync();
        third.Lose(Make.Organization(name: "新企业"));
        Assert.Equal((ReconciliationState.Mended, "other", 1L), await third.RunAsync() is var run ? (run.State, run.Stream, run.Missing) : default);
    }

    private static async Task<DifferenceKind> DamageAsync(AttendedCounty county, string key, string damage)
    {
        switch (damage)
        {
            case "row deleted":
                Assert.Equal(1, await county.ExecuteAsync($"delete from {Current} where hub_key = $1", key));
                return DifferenceKind.Missing;
            case "row and history deleted":
                await county.ExecuteAsync($"delete from {Current} where hub_key = $1", key);
                await county.ExecuteAsync($"delete from {Current}_version where hub_key = $1", key);
                return DifferenceKind.Missing;
            case "column edited":
                Assert.Equal(1, await county.ExecuteAsync($"update {Current} set name = '被改' where hub_key = $1", key));
                return DifferenceKind.Fork;
            case "payload edited":
                await county.ExecuteAsync($"update {Current} set hub_payload = substr(hub_payload, 1, 20) where hub_key = $1", key);
                return DifferenceKind.Fork;
            case "hash edited":
                await county.ExecuteAsync($"update {Current} set hub_hash = sha256('x') where hub_key = $1", key);
                return DifferenceKind.Fork;
            case "lost batch":
                for (var i = 0; i < 30; i++)
                {
                    county.Lose(Make.Organization());
                }

                return DifferenceKind.Missing;
            case "lost update":
                county.Lose(Make.Organization(key, "未报送的更名"));
                return DifferenceKind.Stale;
            case "row replaced as a whole":
                // By somebody who knows how rows are made: content, hash and columns fit.
                var other = Make.Organization(key, "被换");
                Assert.Equal(1, await county.ExecuteAsync(
                    $"update {Current} set name = $2, hub_payload = $3, hub_hash = $4 where hub_key = $1",
                    key, other.Name, other.ToByteArray(), RecordHash.Compute(AttendedCounty.Type, other)));
                return DifferenceKind.Stale;
            case "duplicated source":
                // The rows of another county once more, under the name of this one.
                await using (var copied = await AttendedCounty.StartAsync(county.Hub, 40))
                {
                    Assert.Equal(40, await DuplicateAsync(county, "hub_source = $2", $"'{county.Node}'", "hub_key", copied.Node));
                }

                return DifferenceKind.Extra;
            case "row duplicated under another key":
                Assert.Equal(1, await DuplicateAsync(county, "hub_key = $2", "hub_source", $"'{Make.Organization().Uscc}'", key));
                return DifferenceKind.Extra;
            default:
                county.Forget(key);
                return DifferenceKind.Extra;
        }
    }

    private static async Task<int> DuplicateAsync(AttendedCounty county, string condition, string source, string key, string which)
    {
        var columns = await county.ReadAsync<string>(
            "select string_agg(quote_ident(column_name), ', ') from information_schema.columns where table_schema = 'enterprise' and table_name = 'organization' and column_name <> $1",
            "hub_key");
        var values = columns.Replace("hub_source", source, StringComparison.Ordinal).Replace("hub_consolidated", "false", StringComparison.Ordinal)
            .Replace($"{source}_kind", "hub_source_kind", StringComparison.Ordinal);
        return await county.ExecuteAsync(
            $"insert into {Current} (hub_key, {columns}) select {key}, {values} from {Current} where $1::text is not null and {condition}", "", which);
    }
}
