using System.Collections.Frozen;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Jobs;

/// <summary>The jobs there are, in the order they were registered.</summary>
internal sealed class JobBook(IEnumerable<IHubJob> jobs)
{
    private readonly FrozenDictionary<string, IHubJob> _byId = jobs.ToFrozenDictionary(job => job.Definition.Id);

    /// <summary>Every job.</summary>
    public IReadOnlyList<JobDefinition> All { get; } = [.. jobs.Select(job => job.Definition)];

    /// <summary>The job of an id; null when it is no more, e.g. one that an older hub has scheduled.</summary>
    public IHubJob? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The job of an id that a request names.</summary>
    /// <exception cref="Grpc.Core.RpcException">JOB_NOT_FOUND.</exception>
    public JobDefinition Demand(string id) => Find(id)?.Definition ?? throw HubErrors.Of(ErrorReason.JobNotFound, ("job", id));
}
