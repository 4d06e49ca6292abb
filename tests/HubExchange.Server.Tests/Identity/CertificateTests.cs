using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Identity;

/// <summary>Which client certificates open the hub: only those it issued, registered and has not revoked.</summary>
public sealed class CertificateTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Fact]
    public async Task NoCredential_IsRefused()
    {
        using var caller = new RawCaller(fixture.Hub);

        await AssertRefusedAsync(caller, "AUTHENTICATION_REQUIRED");
    }

    [Fact]
    public async Task CertificateOfTheHub_NamesItsNode()
    {
        using var caller = RawCaller.WithIdentity(fixture.Hub, await fixture.Hub.IdentityOfAsync("ND-GOOD"));

        var answer = await new V1.IdentityService.IdentityServiceClient(caller.Invoker).GetCallerAsync(new GetCallerRequest(), caller.Options);

        Assert.Equal(("ND-GOOD", "node", "ND-GOOD"), (answer.Name, answer.Role, answer.Node));
        Assert.Contains("record.push", answer.Permissions);
        Assert.True(answer.ExpiresAt.ToDateTime() > DateTime.UtcNow.AddDays(390));
    }

    [Fact]
    public async Task CertificateOfAnotherAuthorityWithTheSameNames_IsUntrusted()
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(fixture.Hub.CaFile);
        var (namesake, key) = ForgedCertificate.NamesakeOf(authority);
        await fixture.Hub.IdentityOfAsync("ND-VICTIM");

        using (namesake)
        using (key)
        using (var caller = new RawCaller(
            fixture.Hub, certificate: new ForgedCertificate { Node = "ND-VICTIM" }.SignedBy(namesake, key)))
        {
            await AssertRefusedAsync(caller, "CERTIFICATE_UNTRUSTED");
        }
    }

    [Fact]
    public async Task CertificateSignedByTheAuthorityButNotRegistered_IsUntrusted()
    {
        await fixture.Hub.IdentityOfAsync("ND-LEAKED");

        using var caller = Forged(new ForgedCertificate { Node = "ND-LEAKED" });

        await AssertRefusedAsync(caller, "CERTIFICATE_UNTRUSTED");
    }

    [Theory]
    [InlineData(ForgedCertificate.ServerUsage, TestHub.Daye)]
    [InlineData(null, TestHub.Daye)]
    [InlineData(ForgedCertificate.ClientUsage, null)]
    public async Task CertificateForAnotherUseOrWithoutNode_IsUntrusted(string? usage, string? node)
    {
        using var caller = Forged(new ForgedCertificate { Node = node, Usage = usage });

        await AssertRefusedAsync(caller, "CERTIFICATE_UNTRUSTED");
    }

    [Fact]
    public async Task ServerCertificateOfTheHub_IsNoClientCertificate()
    {
        var folder = Path.GetDirectoryName(fixture.Hub.CaFile)!;
        using var caller = new RawCaller(
            fixture.Hub,
            certificate: X509Certificate2.CreateFromPemFile(Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key")));

        await AssertRefusedAsync(caller, "CERTIFICATE_UNTRUSTED");
    }

    [Theory]
    [InlineData(-48, -24)]
    [InlineData(24, 48)]
    public async Task CertificateOutsideItsValidity_SaysWhenItIsValid(int fromHours, int toHours)
    {
        var now = DateTimeOffset.UtcNow;
        using var caller = Forged(new ForgedCertificate
        {
            Node = TestHub.Daye,
            NotBefore = now.AddHours(fromHours),
            NotAfter = now.AddHours(toHours),
        });

        var info = await AssertRefusedAsync(caller, "CERTIFICATE_EXPIRED");
        Assert.Equal(now.AddHours(toHours).ToString("yyyy-MM-ddTHH:mm:ssZ", null), info.Metadata["not_after"]);
        Assert.Equal(now.AddHours(fromHours).ToString("yyyy-MM-ddTHH:mm:ssZ", null), info.Metadata["not_before"]);
    }

    [Fact]
    public async Task RevokedNode_IsRefusedWithItsNextCall_AndMayEnrolAgain()
    {
        var admin = await fixture.Hub.AdminAsync();
        using var caller = RawCaller.WithIdentity(fixture.Hub, await fixture.Hub.IdentityOfAsync("ND-REVOKED"));
        Assert.Null(await caller.CallAsync(GetCaller));

        Assert.Equal(1, await admin.RevokeNodeAsync("ND-REVOKED", "钥匙丢失"));

        var info = await AssertRefusedAsync(caller, "CERTIFICATE_REVOKED");
        Assert.Equal("ND-REVOKED", info.Metadata["node"]);
        Assert.Equal(0, await admin.RevokeNodeAsync("ND-REVOKED", "again"));

        using var renewed = RawCaller.WithIdentity(fixture.Hub, await admin.EnrollNodeAsync("ND-REVOKED"));
        Assert.Null(await renewed.CallAsync(GetCaller));
        await AssertRefusedAsync(caller, "CERTIFICATE_REVOKED");
    }

    [Fact]
    public async Task RevokedNode_LosesItsOpenStream()
    {
        var admin = await fixture.Hub.AdminAsync();
        using var caller = RawCaller.WithIdentity(fixture.Hub, await fixture.Hub.IdentityOfAsync("ND-STREAMING"));
        using var push = new PushService.PushServiceClient(caller.Invoker).Push(caller.Options);
        await push.RequestStream.WriteAsync(
            new PushRequest { Hello = new PushHello { Source = "ND-STREAMING", Stream = "main" } });
        Assert.True(await push.ResponseStream.MoveNext(CancellationToken.None));
        Assert.NotNull(push.ResponseStream.Current.Welcome);

        await admin.RevokeNodeAsync("ND-STREAMING", "test");

        var ended = await Assert.ThrowsAsync<RpcException>(() => push.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("CERTIFICATE_REVOKED", RawCaller.InfoOf(ended).Reason);
    }

    [Theory]
    [InlineData("ND-NOBODY", "why", ErrorReason.NodeUnknown)]
    [InlineData(TestHub.Daye, "", ErrorReason.RequestInvalid)]
    public async Task RevokeNode_RefusesNonsense(string node, string reason, ErrorReason expected)
    {
        var admin = await fixture.Hub.AdminAsync();

        var refused = await Assert.ThrowsAsync<HubException>(() => admin.RevokeNodeAsync(node, reason));

        Assert.Equal(expected, refused.Reason);
    }

    private static Google.Protobuf.Reflection.MethodDescriptor GetCaller => V1.IdentityService.Descriptor.FindMethodByName("GetCaller");

    private static async Task<Google.Rpc.ErrorInfo> AssertRefusedAsync(RawCaller caller, string reason)
    {
        var refused = await caller.CallAsync(GetCaller);
        var info = RawCaller.InfoOf(refused);
        Assert.Equal((StatusCode.Unauthenticated, reason), (refused!.StatusCode, info.Reason));
        Assert.DoesNotContain('{', refused.Status.Detail);
        return info;
    }

    // What somebody could make who has stolen the key of the authority.
    private RawCaller Forged(ForgedCertificate certificate)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(fixture.Hub.CaFile);
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(Path.GetDirectoryName(fixture.Hub.CaFile)!, "ca.key")));
        return new RawCaller(fixture.Hub, certificate: certificate.SignedBy(authority, key));
    }
}
