using System.Net;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using HubExchange.Server.Storage;
using HubExchange.Server.Tests.Identity;
using HubExchange.Server.Tests.Storage;
using HubExchange.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HubExchange.Server.Tests.Hosting;

/// <summary>What anybody may ask the hub: whether it is well, and which contract it speaks.</summary>
public sealed class HostingTests(HubFixture fixture, SharedCluster cluster) : IClassFixture<HubFixture>
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_AnswersAnybody(string path)
    {
        using var caller = new RawCaller(fixture.Hub);

        using var response = await caller.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Healthy", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task GrpcHealth_Serves()
    {
        using var caller = new RawCaller(fixture.Hub);

        var health = await new Health.HealthClient(caller.Invoker).CheckAsync(new HealthCheckRequest(), caller.Options);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
    }

    [Fact]
    public async Task HubWithoutItsDatabase_LivesButIsNotReady()
    {
        using var folder = new DataFolder();
        var postgres = await PrivatePostgres.StartAsync(
            new StorageOptions { DataFolder = folder.Path }, NullLogger<PrivatePostgres>.Instance, CancellationToken.None);
        TestHub hub;
        try
        {
            hub = await TestHub.StartAsync(postgres.ConnectionString, null, "--Logging:LogLevel:Default=None");
        }
        finally
        {
            await postgres.DisposeAsync();
        }

        await using (hub)
        {
            using var caller = new RawCaller(hub, "Bearer anything");
            using var alive = await caller.Http.GetAsync("/healthz");
            using var ready = await caller.Http.GetAsync("/readyz");
            var health = await new Health.HealthClient(caller.Invoker).CheckAsync(new HealthCheckRequest(), caller.Options);
            var refused = await caller.CallAsync(V1.IdentityService.Descriptor.FindMethodByName("GetCaller"));

            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, health.Status);
            Assert.Equal((StatusCode.Unavailable, "STORE_UNAVAILABLE"), (refused!.StatusCode, RawCaller.InfoOf(refused).Reason));
            Assert.NotNull(refused.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>());
        }
    }

    [Fact]
    public async Task Reflection_ListsEveryService()
    {
        var answer = await ReflectAsync(fixture.Hub, new ServerReflectionRequest { ListServices = "" });

        var services = answer.ListServicesResponse.Service.Select(service => service.Name).ToList();
        Assert.Equal(
            PermissionTable.Rpcs.Values.Select(rpc => rpc.Service.FullName).Distinct().Append("grpc.health.v1.Health").Order(StringComparer.Ordinal),
            services.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("hubexchange.enterprise.v1.Organization")]
    [InlineData("hubexchange.v1.Node")]
    [InlineData("hubexchange.v1.PushService")]
    public async Task Reflection_KnowsServicesAndEntities(string symbol)
    {
        var answer = await ReflectAsync(fixture.Hub, new ServerReflectionRequest { FileContainingSymbol = symbol });

        Assert.NotNull(answer.FileDescriptorResponse);
        var files = answer.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom);
        Assert.Contains(
            symbol,
            files.SelectMany(file => file.MessageType.Select(message => $"{file.Package}.{message.Name}")
                .Concat(file.Service.Select(service => $"{file.Package}.{service.Name}"))));
    }

    [Fact]
    public async Task Reflection_AnswersOlderTools()
    {
        using var caller = new RawCaller(fixture.Hub);
        using var call = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(caller.Invoker).ServerReflectionInfo(caller.Options);
        await call.RequestStream.WriteAsync(new Grpc.Reflection.V1Alpha.ServerReflectionRequest { ListServices = "" });

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.NotEmpty(call.ResponseStream.Current.ListServicesResponse.Service);
    }

    [Fact]
    public async Task Reflection_CanBeSwitchedOff()
    {
        await using var hub = await TestHub.StartAsync(cluster.Cluster, "--Hosting:Reflection=false");

        var refused = await Assert.ThrowsAsync<RpcException>(() => ReflectAsync(hub, new ServerReflectionRequest { ListServices = "" }));

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode);
    }

    [Theory]
    [InlineData("--Hosting:Port=70000", "Port")]
    [InlineData("--Hosting:Address=nowhere", "nowhere")]
    [InlineData("--Identity:ServerNames:0=not a name", "not a name")]
    [InlineData("--Identity:TrustPeriod=00:01:00", "TrustPeriod")]
    public async Task WrongSetting_StopsTheStart(string setting, string named)
    {
        var connection = await cluster.Cluster.CreateDatabaseAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => TestHub.StartAsync(connection, null, setting));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<ServerReflectionResponse> ReflectAsync(TestHub hub, ServerReflectionRequest request)
    {
        using var caller = new RawCaller(hub);
        using var call = new ServerReflection.ServerReflectionClient(caller.Invoker).ServerReflectionInfo(caller.Options);
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        await call.RequestStream.CompleteAsync();
        return call.ResponseStream.Current;
    }
}
