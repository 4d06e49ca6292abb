using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Server.Errors;

internal static class EntityTypesExtensions
{
    /// <summary>The type of an id that a request names.</summary>
    /// <exception cref="Grpc.Core.RpcException">TYPE_UNKNOWN.</exception>
    public static EntityType Demand(this EntityTypes types, string id) =>
        types.Find(id) ?? throw HubErrors.Of(ErrorReason.TypeUnknown, ("type", id));
}
