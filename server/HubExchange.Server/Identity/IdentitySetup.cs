using Grpc.AspNetCore.Server;
using HubExchange.Server.Audit;
using HubExchange.Server.Errors;

namespace HubExchange.Server.Identity;

internal static class IdentitySetup
{
    public static WebApplicationBuilder AddHubIdentity(this WebApplicationBuilder builder, HubIdentity identity)
    {
        // By factory, so that the container disposes it.
        builder.Services.AddSingleton(_ => identity);
        builder.Services.AddSingleton(RpcPermissions.OfHub);
        builder.Services.AddSingleton<NodeRegister>();
        builder.Services.AddSingleton<TokenCallers>();
        builder.Services.AddSingleton<CertificateCallers>();
        builder.Services.AddSingleton<CallerResolver>();
        builder.Services.AddSingleton<IdentityStore>();
        builder.Services.AddSingleton<ErrorInterceptor>();
        builder.Services.AddSingleton<AuthorizationInterceptor>();
        return builder;
    }

    /// <summary>Errors outermost, so that those of authorization are translated, too; the audit sees what authorization refuses.</summary>
    public static void AddHubInterceptors(this GrpcServiceOptions options)
    {
        options.Interceptors.Add<ErrorInterceptor>();
        options.Interceptors.Add<RefusalInterceptor>();
        options.Interceptors.Add<AuthorizationInterceptor>();
    }

    /// <summary>Stops the start when a mapped RPC has no permission or nobody has it. Call it after everything is mapped.</summary>
    public static WebApplication VerifyRpcPermissions(this WebApplication app)
    {
        var served = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>())
            .OfType<GrpcMethodMetadata>()
            .Select(method => method.Method.FullName);
        app.Services.GetRequiredService<RpcPermissions>().Verify(served);
        return app;
    }
}
