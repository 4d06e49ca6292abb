using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using HubExchange.Client;
using HubExchange.Client.Push;
using HubExchange.Client.Reconciliation;
using HubExchange.Contracts.Entities;
using HubExchange.Enterprise.V1;
using HubExchange.Testing;
using HubExchange.V1;
using EntityType = HubExchange.Contracts.Entities.EntityType;

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

    /// <summary>Pushes so many new organisations and attends with them; returns the attendance once the hub has welcomed it.</summary>
    public async Task<Task> PushAndAttendAsync(HubClient client, string source, int count, CancellationToken stop)
    {
        for (var i = 0; i < count; i++)
        {
            Set(Make.Organization());
        }

        var push = new PushOptions { Attended = Records };
        await client.PushAsync(source, All.ToAsyncEnumerable(), push, cancellationToken: stop);
        var attending = client.AttendAsync(source, Records, push with { MaxDelay = TimeSpan.FromSeconds(1) }, stop);
        await WelcomedAsync();
        return attending;
    }

    /// <summary>Reconciles as soon as that is possible again.</summary>
    /// <param name="client">Client.</param>
    /// <param name="source">The source.</param>
    /// <param name="expected">Why it may not be possible yet; any other refusal is a failure.</param>
    public static async Task<V1.Reconciliation> ReconcileAsync(HubClient client, string source, params ErrorReason[] expected)
    {
        V1.Reconciliation? run = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    run = await client.RunReconciliationAsync(Type, source);
                    return true;
                }
                catch (HubException exception) when (expected.Contains(exception.Reason))
                {
                    return false;
                }
            },
            "the source attends again");
        return run!;
    }

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
