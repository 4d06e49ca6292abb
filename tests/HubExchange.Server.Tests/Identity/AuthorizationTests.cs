using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace HubExchange.Server.Tests.Identity;

/// <summary>Every RPC as every role, over gRPC and over REST.</summary>
public sealed partial class AuthorizationTests(RoleFixture callers) : IClassFixture<RoleFixture>
{
    public static TheoryData<string, string> Matrix
    {
        get
        {
            var matrix = new TheoryData<string, string>();
            foreach (var rpc in PermissionTable.Rpcs.Keys)
            {
                foreach (var role in PermissionTable.Roles)
                {
                    matrix.Add(rpc, role);
                }
            }

            return matrix;
        }
    }

    [Fact]
    public void EveryRpc_HasARowInTheTable() =>
        Assert.Equal(PermissionTable.Rows.Keys.Order(StringComparer.Ordinal), PermissionTable.Rpcs.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Grpc_LetsThroughExactlyTheRolesOfTheTable(string rpc, string role)
    {
        var (permission, roles) = PermissionTable.Rows[rpc];

        var refused = await callers[role].CallAsync(PermissionTable.Rpcs[rpc]);

        if (role == PermissionTable.Anonymous)
        {
            Assert.Equal(
                (StatusCode.Unauthenticated, "AUTHENTICATION_REQUIRED"), (refused!.StatusCode, RawCaller.InfoOf(refused).Reason));
        }
        else if (roles.Contains(role))
        {
            // The request is empty, so it may well be wrong, but not for want of a permission.
            Assert.DoesNotContain(refused?.StatusCode ?? StatusCode.OK, (StatusCode[])[StatusCode.Unauthenticated, StatusCode.PermissionDenied]);
            Assert.NotEqual(StatusCode.Internal, refused?.StatusCode ?? StatusCode.OK);
        }
        else
        {
            var info = RawCaller.InfoOf(refused);
            Assert.Equal((StatusCode.PermissionDenied, "PERMISSION_MISSING"), (refused!.StatusCode, info.Reason));
            Assert.Equal((permission, role), (info.Metadata["permission"], info.Metadata["role"]));
            Assert.Contains(permission, refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Rest_LetsThroughExactlyTheRolesOfTheTable(string rpc, string role)
    {
        var (permission, roles) = PermissionTable.Rows[rpc];
        if (Request(PermissionTable.Rpcs[rpc]) is not { } request)
        {
            Assert.True(PermissionTable.Rpcs[rpc].IsClientStreaming, "Every unary RPC is served over REST.");
            return;
        }

        using (request)
        {
            using var response = await callers[role].Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (role == PermissionTable.Anonymous)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
                Assert.Equal("AUTHENTICATION_REQUIRED", (await InfoAsync(response)).GetProperty("reason").GetString());
            }
            else if (roles.Contains(role))
            {
                Assert.DoesNotContain(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden]);
                Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
            }
            else
            {
                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
                var info = await InfoAsync(response);
                Assert.Equal("PERMISSION_MISSING", info.GetProperty("reason").GetString());
                Assert.Equal(permission, info.GetProperty("metadata").GetProperty("permission").GetString());
                Assert.Equal(role, info.GetProperty("metadata").GetProperty("role").GetString());
            }
        }
    }

    private static HttpRequestMessage? Request(MethodDescriptor rpc)
    {
        if (rpc.GetOptions().GetExtension(AnnotationsExtensions.Http) is not { } http)
        {
            return null;
        }

        var isGet = http.PatternCase == HttpRule.PatternOneofCase.Get;
        return new HttpRequestMessage(isGet ? HttpMethod.Get : HttpMethod.Post, PathVariable().Replace(isGet ? http.Get : http.Post, "1"))
        {
            Content = isGet ? null : new StringContent("{}", Encoding.UTF8, "application/json"),
        };
    }

    private static async Task<JsonElement> InfoAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return body.RootElement.GetProperty("details").EnumerateArray()
            .Single(detail => detail.GetProperty("@type").GetString() == "type.googleapis.com/google.rpc.ErrorInfo").Clone();
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex PathVariable();
}
