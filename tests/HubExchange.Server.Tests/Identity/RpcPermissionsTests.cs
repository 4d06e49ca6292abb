using Google.Protobuf;
using Google.Protobuf.Reflection;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Identity;

/// <summary>The hub refuses to start with an RPC that nobody, or anybody, could call.</summary>
public sealed class RpcPermissionsTests
{
    [Fact]
    public void PermissionsOfTheHub_AreComplete() =>
        RpcPermissions.OfHub.Verify(PermissionTable.Rpcs.Values.Select(rpc => $"/{rpc.Service.FullName}/{rpc.Name}"));

    [Fact]
    public void EveryMistake_IsListed()
    {
        var permissions = RpcPermissions.Of(MadeUp(("Open", null), ("Guarded", "record.read"), ("Orphan", "nobody.has")));

        var refused = Assert.Throws<InvalidOperationException>(
            () => permissions.Verify(["/madeup.Service/Open", "/madeup.Other/Unlisted", "/grpc.health.v1.Health/Check"]));

        Assert.Contains("/madeup.Service/Open has no permission", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/madeup.Other/Unlisted has no permission", refused.Message, StringComparison.Ordinal);
        Assert.Contains("No role has the permission 'nobody.has'", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("3 mistake(s)", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Guarded", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RpcWithoutPermission_IsFoundForNobody()
    {
        var permissions = RpcPermissions.Of(MadeUp(("Open", null), ("Guarded", "record.read")));

        Assert.Null(permissions.Find("/madeup.Service/Open"));
        Assert.Null(permissions.Find("/madeup.Service/Missing"));
        Assert.Equal("record.read", permissions.Find("/madeup.Service/Guarded"));
    }

    [Theory]
    [InlineData("/grpc.health.v1.Health/Check", true)]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", true)]
    [InlineData("/grpc.health.v1.HealthX/Check", false)]
    [InlineData("/hubexchange.v1.QueryService/GetRecord", false)]
    [InlineData("/", false)]
    [InlineData("", false)]
    public void OnlyHealthAndReflection_AnswerAnybody(string method, bool isAnonymous) =>
        Assert.Equal(isAnonymous, RpcPermissions.IsAnonymous(method));

    private static ServiceDescriptor MadeUp(params (string Name, string? Permission)[] rpcs)
    {
        var service = new ServiceDescriptorProto { Name = "Service" };
        foreach (var (name, permission) in rpcs)
        {
            var rpc = new MethodDescriptorProto { Name = name, InputType = ".madeup.Nothing", OutputType = ".madeup.Nothing" };
            if (permission is not null)
            {
                rpc.Options = new MethodOptions();
                rpc.Options.SetExtension(OptionsExtensions.Permission, permission);
            }

            service.Method.Add(rpc);
        }

        var file = new FileDescriptorProto
        {
            Name = "madeup.proto",
            Package = "madeup",
            Syntax = "proto3",
            MessageType = { new DescriptorProto { Name = "Nothing" } },
            Service = { service },
        };
        return FileDescriptor.BuildFromByteStrings(
            [file.ToByteString()], new ExtensionRegistry { OptionsExtensions.Permission })[0].Services[0];
    }
}
