using HubExchange.Client;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary>A change of one job that needs nothing but its id.</summary>
internal delegate Task<Job> JobEdit(HubClient client, string id, CancellationToken cancellationToken);
