using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Client.Reconciliation;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubExchange.Server.Tests.Reconciliation;

/// <summary>A county with organisations of its own, which it pushes and attends for.</summary>
internal sealed class AttendedCounty : IRecordSource, IAsyncDisposable
{
    private static int _counties;

    private readonly ConcurrentDictionary<string, Organization> _organizations = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _welcomed = new();
    private Task _attending = Task.CompletedTask;

    private AttendedCounty(TestHub hub, string node, HubClient client, AttendedRecords? records = null, string? statePath = null, TimeSpan? stateAge = null)
    {
        Hub = hub;
        Node = node;
        Client = client;
        Records = records ?? new AttendedRecords(this, [Type]) { StatePath = statePath, MaxStateAge = stateAge ?? TimeSpan.FromDays(7) };
        Records.StateRefused += (_, line) => Refused.Enqueue(line);
        Records.Noticed += (_, notice) => Notices.Enqueue(notice);
    }

    public static EntityType Type { get; } = CityEntityTypes.All.Of<Organization>();

    public TestHub Hub { get; }

    public string Node { get; }

    public HubClient Client { get; }

    public AttendedRecords Records { get; }

    public PushOptions Options => new() { BatchSize = 50, Attended = Records, Stream = Stream, MinDelay = Delay, MaxDelay = TimeSpan.FromSeconds(60) };

    /// <summary>How long it waits before it comes back.</summary>
    private TimeSpan Delay { get; init; } = new PushOptions().MinDelay;

    /// <summary>Counts the changes of the county's records; null when it keeps no count.</summary>
    public long? Stamp { get; set; } = 0;

    /// <summary>How often all records were read.</summary>
    public int Readings { get; private set; }

    /// <summary>Why files of what was remembered were not used.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>What the county was told.</summary>
    public ConcurrentQueue<Notice> Notices { get; } = new();

    /// <summary>Whoever asks for a record waits for this.</summary>
    public Task Finding { get; set; } = Task.CompletedTask;

    /// <summary>Ends when somebody has asked for a record.</summary>
    public Task Asked => _asked.Task;

    private string Stream { get; init; } = "sdk";

    public ICollection<string> Keys => _organizations.Keys;

    public string AnyKey => _organizations.Keys.Order(StringComparer.Ordinal).First();

    /// <summary>Enrols a county and pushes what it has, before it attends.</summary>
    public static async Task<AttendedCounty> StartAsync(
        TestHub hub, int organizations, string? statePath = null, FaultProxy? proxy = null, TimeSpan? delay = null)
    {
        var node = string.Create(CultureInfo.InvariantCulture, $"ND-RC{Interlocked.Increment(ref _counties):D4}");
        var client = proxy is null
            ? await hub.NodeAsync(node)
            : new HubClient(hub.Files(await hub.IdentityOfAsync(node)) with { Address = proxy.Address });
        var county = new AttendedCounty(hub, node, client, statePath: statePath) { Delay = delay ?? new PushOptions().MinDelay };
        for (var i = 0; i < organizations; i++)
        {
            county.Change(Make.Organization());
        }

        await county.Client.PushAsync(node, county._organizations.Values.ToAsyncEnumerable(), county.Options);
        county.Attend();
        return county;
    }

    /// <summary>The same county at another hub or one that was restored, with what it remembers, or what stands in a file of that.</summary>
    public async Task<AttendedCounty> MoveAsync(TestHub hub, string? statePath = null)
    {
        await LeaveAsync();
        var moved = new AttendedCounty(hub, Node, await hub.NodeAsync(Node), statePath is null ? Records : null, statePath);
        foreach (var organization in _organizations.Values)
        {
            moved.Change(organization);
        }

        moved.Stamp = Stamp;
        moved.Attend();
        return moved;
    }

    /// <summary>The same county after its program was started again, with a file of what it remembered.</summary>
    public async Task<AttendedCounty> AgainAsync(string statePath, string stream = "sdk", TimeSpan? stateAge = null)
    {
        await LeaveAsync();
        var again = new AttendedCounty(Hub, Node, Client, null, statePath, stateAge) { Stream = stream, Stamp = Stamp };
        foreach (var (key, organization) in _organizations)
        {
            again._organizations[key] = organization;
        }

        again.Attend();
        return again;
    }

    /// <summary>The same county once more, which attends by another stream, with a memory of its own.</summary>
    public async Task<AttendedCounty> AlsoAtAsync(TestHub hub)
    {
        var other = new AttendedCounty(hub, Node, await hub.NodeAsync(Node)) { Stream = "other" };
        foreach (var organization in _organizations.Values)
        {
            other.Change(organization);
        }

        other.Attend();
        return other;
    }

    /// <summary>Attends until the end of the test.</summary>
    public void Attend()
    {
        var welcomed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Records.Attending += (_, _) => welcomed.TrySetResult();
        _welcomed = welcomed;
        _attending = Client.AttendAsync(Node, Records, Options, _stop.Token);
    }

    /// <summary>Ends when the hub has welcomed the county, or the attendance has failed.</summary>
    public async Task WelcomedAsync() => await (await Task.WhenAny(_welcomed.Task, _attending)).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Ends when the attendance does, and how.</summary>
    public Task EndedAsync() => _attending.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Ends the attendance.</summary>
    public async Task LeaveAsync()
    {
        await _stop.CancelAsync();
        await _attending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The next notice of the hub about a reconciliation that ended so.</summary>
    public async Task<V1.Reconciliation> NextAsync(ReconciliationState state)
    {
        var next = new TaskCompletionSource<V1.Reconciliation>(TaskCreationOptions.RunContinuationsAsynchronously);
        Records.Noticed += async (_, notice) =>
        {
            if (notice.ReconciliationId != 0 && await Client.GetReconciliationAsync(notice.ReconciliationId) is { } run && run.State == state)
            {
                next.TrySetResult(run);
            }
        };
        return await next.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>The first notice of a kind that came or comes.</summary>
    public async Task<Notice> NoticeAsync(NoticeKind kind)
    {
        await Eventually.HoldsAsync(() => Notices.Any(notice => notice.Kind == kind), $"{Node} is told {kind}");
        return Notices.First(notice => notice.Kind == kind);
    }

    /// <summary>Changes the county's own record and nothing else.</summary>
    public void Change(Organization organization)
    {
        _organizations[organization.Uscc] = organization;
        Stamp++;
    }

    /// <summary>Removes a record that the caller deletes at the hub.</summary>
    public void Drop(string key)
    {
        _organizations.TryRemove(key, out _);
        Stamp++;
    }

    /// <summary>Changes a record without pushing it: a lost update.</summary>
    public void Lose(Organization organization)
    {
        Change(organization);
        Records.Put(Type, organization);
    }

    /// <summary>Removes a record without deleting it at the hub.</summary>
    public void Forget(string key)
    {
        _organizations.TryRemove(key, out _);
        Stamp++;
        Records.Remove(Type, key);
    }

    public Organization Get(string key) => _organizations[key];

    /// <summary>Reconciles as soon as the county attends.</summary>
    public async Task<V1.Reconciliation> RunAsync(bool isDryRun = false)
    {
        await WelcomedAsync();
        return await Client.RunReconciliationAsync(Type, Node, isDryRun);
    }

    public Task<List<Difference>> DifferencesAsync(long id) => Client.ListReconciliationDifferencesAsync(id).ToListAsync().AsTask();

    public async Task<int> ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Hub.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ReadAsync<T>(string sql, params object[] values)
    {
        await using var command = Hub.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>What the hub shows of the county.</summary>
    public async Task<Dictionary<string, string>> ShownAsync()
    {
        var shown = new Dictionary<string, string>();
        await foreach (var record in Client.ListAsync<Organization>(new RecordQuery { Source = Node, PageSize = 1_000 }))
        {
            shown.Add(record.Key, record.Value.Name);
        }

        return shown;
    }

    public Dictionary<string, string> Own() => _organizations.ToDictionary(pair => pair.Key, pair => pair.Value.Name);

    public async IAsyncEnumerable<Change> ReadAllAsync(EntityType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Readings++;
        foreach (var organization in _organizations.Values)
        {
            yield return ChangeOf(organization);
        }

        await Task.CompletedTask;
    }

    public ValueTask<string?> StampAsync(EntityType type, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Stamp?.ToString(CultureInfo.InvariantCulture));

    public async ValueTask<Change?> FindAsync(EntityType type, string key, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        await Finding.WaitAsync(cancellationToken);
        return _organizations.TryGetValue(key, out var organization) ? ChangeOf(organization) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _stop.Dispose();
    }

    public static Change ChangeOf(Organization organization) => new() { Record = organization.ToByteString() };
}
