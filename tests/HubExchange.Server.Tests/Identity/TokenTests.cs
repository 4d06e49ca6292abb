using Grpc.Core;
using HubExchange.Client;
using HubExchange.Testing;
using HubExchange.V1;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HubExchange.Server.Tests.Identity;

/// <summary>Which tokens open the hub, and which may be issued.</summary>
public sealed class TokenTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer hx_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer ")]
    [InlineData("Bearer")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("hx_withoutscheme")]
    public async Task GarbageToken_IsInvalid(string authorization)
    {
        using var caller = new RawCaller(fixture.Hub, authorization);

        await AssertRefusedAsync(caller, "TOKEN_INVALID");
    }

    [Fact]
    public async Task EndlessToken_IsInvalid()
    {
        using var caller = RawCaller.WithToken(fixture.Hub, new string('x', 5_000));

        await AssertRefusedAsync(caller, "TOKEN_INVALID");
    }

    [Fact]
    public async Task BadToken_IsNotSavedByAGoodCertificate()
    {
        var identity = await fixture.Hub.IdentityOfAsync("ND-TOKEN");
        using var caller = new RawCaller(
            fixture.Hub,
            "Bearer nonsense",
            System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(identity.CertificatePem, identity.KeyPem));

        await AssertRefusedAsync(caller, "TOKEN_INVALID");
    }

    [Fact]
    public async Task ExpiredToken_SaysWhenItExpired()
    {
        var admin = await fixture.Hub.AdminAsync();
        var issued = await admin.IssueTokenAsync("late", "auditor");
        await using (var command = fixture.Hub.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "update hub.token set expires_at = '2021-06-30T00:00:00Z' where id = $1"))
        {
            command.Parameters.AddWithValue(issued.Id);
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        using var caller = RawCaller.WithToken(fixture.Hub, issued.Token);

        var info = await AssertRefusedAsync(caller, "TOKEN_EXPIRED");
        Assert.Equal("2021-06-30T00:00:00Z", info.Metadata["expired_at"]);
    }

    [Fact]
    public async Task RevokedToken_IsRefusedWithItsNextCall()
    {
        var admin = await fixture.Hub.AdminAsync();
        var issued = await admin.IssueTokenAsync("leaver", "bureau");
        using var caller = RawCaller.WithToken(fixture.Hub, issued.Token);
        Assert.Null(await caller.CallAsync(GetCaller));

        await admin.RevokeTokenAsync(issued.Id);

        await AssertRefusedAsync(caller, "TOKEN_INVALID");
        await admin.RevokeTokenAsync(issued.Id);
    }

    [Fact]
    public async Task RevokeToken_WithUnknownId_SaysSo()
    {
        var admin = await fixture.Hub.AdminAsync();

        var refused = await Assert.ThrowsAsync<HubException>(() => admin.RevokeTokenAsync("0000"));

        Assert.Equal((ErrorReason.TokenNotFound, "0000"), (refused.Reason, refused.Metadata["id"]));
    }

    [Fact]
    public async Task IssuedToken_IsOfItsPersonNodeAndTime()
    {
        var admin = await fixture.Hub.AdminAsync();
        await fixture.Hub.IdentityOfAsync("ND-PERSON");
        var issued = await admin.IssueTokenAsync("王芳", "county", "ND-PERSON", validHours: 2);
        await using var person = fixture.Hub.Connect(options => options with { Token = issued.Token });

        var caller = await person.GetCallerAsync();

        Assert.Equal(("王芳", "county", "ND-PERSON"), (caller.Name, caller.Role, caller.Node));
        Assert.Equal(issued.ExpiresAt.ToDateTime(), caller.ExpiresAt.ToDateTime(), TimeSpan.FromSeconds(1));
        Assert.Equal(DateTime.UtcNow.AddHours(2), issued.ExpiresAt.ToDateTime(), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task UnknownRole_ListsTheRoles()
    {
        var refused = await RefusedAsync("someone", "king");

        Assert.Equal(ErrorReason.RoleUnknown, refused.Reason);
        Assert.Equal("admin, security, auditor, bureau, county, park", refused.Metadata["roles"]);
        Assert.Contains("king", refused.MessageZh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RoleOfNodes_IsNoRoleOfPeople() =>
        Assert.Equal(ErrorReason.RoleUnknown, (await RefusedAsync("someone", "node")).Reason);

    [Theory]
    [InlineData("someone", "county", null, 0, "node")]
    [InlineData("someone", "park", null, 0, "node")]
    [InlineData("someone", "bureau", "ND-CITY", 0, "node")]
    [InlineData("", "bureau", null, 0, "subject")]
    [InlineData("line\nbreak", "bureau", null, 0, "subject")]
    [InlineData("someone", "bureau", null, 721, "valid_hours")]
    [InlineData("someone", "bureau", null, -1, "valid_hours")]
    [InlineData("", "county", null, 721, "subject,valid_hours,node")]
    [InlineData("", "king", null, -1, "subject,valid_hours,role")]
    public async Task WrongRequest_ListsEveryProblem(string subject, string role, string? node, int hours, string fields)
    {
        var refused = await RefusedAsync(subject, role, node, hours);

        Assert.Equal((StatusCode.InvalidArgument, ErrorReason.RequestInvalid), (refused.StatusCode, refused.Reason));
        Assert.Equal(fields.Split(','), refused.FieldViolations.Select(violation => violation.Field));
    }

    [Fact]
    public async Task SubjectOf65Characters_IsTooLong()
    {
        Assert.Equal(["subject"], (await RefusedAsync(new string('人', 65), "bureau")).FieldViolations.Select(violation => violation.Field));

        var admin = await fixture.Hub.AdminAsync();
        Assert.NotEmpty((await admin.IssueTokenAsync(new string('人', 64), "bureau")).Token);
    }

    [Fact]
    public async Task UnknownNode_GetsNoToken()
    {
        var refused = await RefusedAsync("someone", "county", "ND-NOBODY");

        Assert.Equal((ErrorReason.NodeUnknown, "ND-NOBODY"), (refused.Reason, refused.Metadata["node"]));
    }

    private static Google.Protobuf.Reflection.MethodDescriptor GetCaller => V1.IdentityService.Descriptor.FindMethodByName("GetCaller");

    private async Task<HubException> RefusedAsync(string subject, string role, string? node = null, int hours = 0)
    {
        var admin = await fixture.Hub.AdminAsync();
        return await Assert.ThrowsAsync<HubException>(() => admin.IssueTokenAsync(subject, role, node, hours));
    }

    private static async Task<Google.Rpc.ErrorInfo> AssertRefusedAsync(RawCaller caller, string reason)
    {
        var refused = await caller.CallAsync(GetCaller);
        var info = RawCaller.InfoOf(refused);
        Assert.Equal((StatusCode.Unauthenticated, reason), (refused!.StatusCode, info.Reason));
        return info;
    }
}
