using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using HubExchange.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace HubExchange.Server.Identity;

/// <summary>The permission each RPC needs, as the contract says in its method option.</summary>
internal sealed class RpcPermissions
{
    // These two answer anybody: they give no data. Load balancers ask for health without a credential, and what reflection tells is
    // the contract, which is public. Reflection can be switched off (Hosting:Reflection).
    private static readonly FrozenSet<string> AnonymousServices = FrozenSet.Create(
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection");

    private readonly FrozenDictionary<string, string> _byMethod;

    private RpcPermissions(IReadOnlyList<MethodDescriptor> methods) => _byMethod = methods.ToFrozenDictionary(
        method => $"/{method.Service.FullName}/{method.Name}",
        method => method.GetOptions()?.GetExtension(OptionsExtensions.Permission) ?? "");

    /// <summary>Permissions of every service of the hub.</summary>
    public static RpcPermissions OfHub { get; } = Of(
        AggregateService.Descriptor,
        CatalogService.Descriptor,
        V1.IdentityService.Descriptor,
        LayoutService.Descriptor,
        PushService.Descriptor,
        QuarantineService.Descriptor,
        QueryService.Descriptor,
        SnapshotService.Descriptor,
        StreamService.Descriptor);

    public static RpcPermissions Of(params IEnumerable<ServiceDescriptor> services) =>
        new([.. services.SelectMany(service => service.Methods)]);

    /// <summary>Whether anybody may call a method, given as <c>/service/method</c>.</summary>
    public static bool IsAnonymous(string method) =>
        method.LastIndexOf('/') is > 1 and var end && AnonymousServices.Contains(method[1..end]);

    /// <summary>The permission a method needs; null when it has none and nobody may call it.</summary>
    public string? Find(string method) => _byMethod.GetValueOrDefault(method) is { Length: > 0 } permission ? permission : null;

    /// <summary>Checks that every method can be called by somebody, and by nobody without a permission.</summary>
    /// <param name="served">Methods this process serves, as <c>/service/method</c>.</param>
    /// <exception cref="InvalidOperationException">The message lists every mistake.</exception>
    public void Verify(IEnumerable<string> served)
    {
        var mistakes = served
            .Union(_byMethod.Keys)
            .Where(method => !IsAnonymous(method) && Find(method) is null)
            .Select(method => $"{method} has no permission option.")
            .Concat(_byMethod.Values
                .Where(permission => permission.Length > 0 && !Roles.GrantedPermissions.Contains(permission))
                .Distinct()
                .Select(permission => $"No role has the permission '{permission}'."))
            .Order(StringComparer.Ordinal)
            .ToList();

        if (mistakes.Count > 0)
        {
            throw new InvalidOperationException(
                $"{mistakes.Count} mistake(s) in permissions:{Environment.NewLine}{string.Join(Environment.NewLine, mistakes)}");
        }
    }
}
