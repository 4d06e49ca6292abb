using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;
using Microsoft.Net.Http.Headers;

namespace HubExchange.Server.Rest;

internal static class RestSetup
{
    private const string Document = "/openapi.json";
    private const string Viewer = "/docs";

    // The viewer styles its elements one by one and draws its icons from data URLs. Nothing comes from, or goes to, another host.
    private const string ContentPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Errors over JSON with reason and texts. Call it before anything is mapped.</summary>
    public static void UseHubRestErrors(this WebApplication app) => app.UseMiddleware<RestErrors>();

    /// <summary>
    /// <c>/openapi.json</c> and a viewer of it at <c>/docs</c>, unless they are switched off. Like reflection they answer anybody: what they
    /// show is the contract, which is public.
    /// </summary>
    public static void MapHubDocumentation(this WebApplication app)
    {
        if (!HostingOptions.Read(app.Configuration).Documentation)
        {
            return;
        }

        // The contracts do not change while the hub runs; writing the document takes a moment that a start need not wait for.
        var document = new Lazy<byte[]>(() => OpenApiDocument.Write(HubServices.All, app.Services.GetRequiredService<EntityTypes>()));
        var tag = new Lazy<EntityTagHeaderValue>(
            () => new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(document.Value))[..32]}\""));
        app.MapGet(Document, () => Results.Bytes(document.Value, "application/json; charset=utf-8", entityTag: tag.Value));

        app.UseWhen(http => http.Request.Path.StartsWithSegments(Viewer), branch => branch.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = ContentPolicy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return next(http);
        }));
        app.MapSwaggerUI(Viewer[1..], options =>
        {
            options.DocumentTitle = "科技数据交换枢纽 · 接口文档 HubExchange API";
            options.SwaggerEndpoint(Document, "HubExchange");
            options.ConfigObject.DisplayRequestDuration = true;
            options.ConfigObject.DeepLinking = true;
            options.ConfigObject.DocExpansion = Swashbuckle.AspNetCore.SwaggerUI.DocExpansion.List;

            // Thousands of fields: shown when somebody opens them.
            options.ConfigObject.DefaultModelsExpandDepth = 0;
            options.ConfigObject.DefaultModelExpandDepth = 2;
        });
    }
}
