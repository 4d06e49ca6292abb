using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Identity;

/// <summary>What the hub signs: the key of a registered node, and nothing else of the request.</summary>
public sealed class EnrolmentTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("RSA-2048")]
    public async Task GoodKey_GetsACertificateThatIsTheHubsAlone(string kind)
    {
        var response = await EnrolAsync(TestHub.City, Csr(kind, "CN=admin, O=Somebody else"), 10);

        using var certificate = X509Certificate2.CreateFromPem(response.CertificatePem);
        Assert.Equal($"CN={TestHub.City}", certificate.Subject);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(
            [ForgedCertificate.ClientUsage],
            certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value));
        Assert.Equal(DateTime.UtcNow.AddDays(10), response.ExpiresAt.ToDateTime(), TimeSpan.FromMinutes(5));
        Assert.Equal((await File.ReadAllTextAsync(fixture.Hub.CaFile)).Trim(), response.CaPem.Trim());
    }

    [Fact]
    public async Task UnknownNode_IsNotEnrolled()
    {
        var info = await RefusedAsync("ND-NOBODY", Csr("P-256"), 0);

        Assert.Equal(("NODE_UNKNOWN", "ND-NOBODY"), (info.Reason, info.Metadata["node"]));
    }

    [Theory]
    [InlineData("RSA-1024")]
    [InlineData("P-521")]
    public async Task WeakOrOddKey_IsRefused(string kind)
    {
        var info = await RefusedAsync(TestHub.City, Csr(kind), 0);

        Assert.Equal("CSR_INVALID", info.Reason);
        Assert.Contains("P-256", info.Metadata["problem"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task GarbageRequest_IsRefused() =>
        Assert.Equal("CSR_INVALID", (await RefusedAsync(TestHub.City, "garbage", 0)).Reason);

    [Fact]
    public async Task RequestWithABrokenSignature_IsRefused()
    {
        var pem = Csr("P-256");
        var der = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        der[^1] ^= 1;

        Assert.Equal("CSR_INVALID", (await RefusedAsync(TestHub.City, PemEncoding.WriteString("CERTIFICATE REQUEST", der), 0)).Reason);
    }

    [Fact]
    public async Task CertificateInsteadOfARequest_IsRefused() =>
        Assert.Equal("CSR_INVALID", (await RefusedAsync(TestHub.City, await File.ReadAllTextAsync(fixture.Hub.CaFile), 0)).Reason);

    [Theory]
    [InlineData(-1)]
    [InlineData(826)]
    public async Task ValidityOutOfRange_IsRefused(int days)
    {
        var admin = await fixture.Hub.AdminAsync();

        var refused = await Assert.ThrowsAsync<HubException>(() => admin.EnrollNodeAsync(TestHub.City, days));

        Assert.Equal(ErrorReason.RequestInvalid, refused.Reason);
        Assert.Equal(["valid_days"], refused.FieldViolations.Select(violation => violation.Field));
    }

    [Fact]
    public async Task WrongRequest_ListsEveryProblem()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => EnrolAsync("", new string('x', 20_000), 826));

        Assert.Equal(
            ["node", "csr_pem", "valid_days"],
            refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    private static string Csr(string kind, string subject = "CN=node")
    {
        if (kind.StartsWith("RSA", StringComparison.Ordinal))
        {
            using var rsa = RSA.Create(kind == "RSA-1024" ? 1024 : 2048);
            return new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem();
        }

        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName(kind switch
        {
            "P-256" => "nistP256",
            "P-384" => "nistP384",
            _ => "nistP521",
        }));
        return new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    private async Task<Google.Rpc.ErrorInfo> RefusedAsync(string node, string csr, int days) =>
        RawCaller.InfoOf(await Assert.ThrowsAsync<RpcException>(() => EnrolAsync(node, csr, days)));

    private async Task<EnrollNodeResponse> EnrolAsync(string node, string csr, int days)
    {
        var token = (await File.ReadAllTextAsync(Path.Combine(fixture.Hub.Folder, "admin.token"))).Trim();
        using var caller = RawCaller.WithToken(fixture.Hub, token);
        return await new V1.IdentityService.IdentityServiceClient(caller.Invoker).EnrollNodeAsync(
            new EnrollNodeRequest { Node = node, CsrPem = csr, ValidDays = days }, caller.Options);
    }
}
