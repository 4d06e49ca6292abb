using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using HubExchange.Client.Reconciliation;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.V1;

namespace HubExchange.EndToEnd;

/// <summary>The organisations of a source that attends.</summary>
internal sealed class HeldOrganizations : IRecordSource
{
    private readonly ConcurrentDictionary<string, Organization> _held = new();
    private readonly TaskCompletionSource _welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldOrganizations()
    {
        Records = new AttendedRecords(this, [Type]);
        Records.Attending += (_, _) => _welcomed.TrySetResult();
    }

    public static EntityType Type { get; } = CityEntityTypes.All.Of<Organization>();

    public AttendedRecords Records { get; }

    public ICollection<Organization> All => _held.Values;

    /// <summary>Ends when the hub has welcomed the source first.</summary>
    public Task WelcomedAsync() => _welcomed.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Ends an attendance, however it ends.</summary>
    public static async Task LeaveAsync(Task attending, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await attending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Set(Organization organization) => _held[organization.Uscc] = organization;

    /// <summary>Changes a record without pushing it.</summary>
    public void Lose(Organization organization)
    {
        Set(organization);
        Records.Put(Type, organization);
    }

    /// <summary>Removes a record without deleting it at the hub.</summary>
    public void Forget(string key)
    {
        _held.TryRemove(key, out _);
        Records.Remove(Type, key);
    }

    public async IAsyncEnumerable<Change> ReadAllAsync(EntityType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var organization in _held.Values)
        {
            yield return new Change { Record = organization.ToByteString() };
        }

        await Task.CompletedTask;
    }

    public ValueTask<Change?> FindAsync(EntityType type, string key, CancellationToken cancellationToken) => ValueTask.FromResult(
        _held.TryGetValue(key, out var organization) ? new Change { Record = organization.ToByteString() } : null);
}
