using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace HubExchange.Server.Identity;

/// <summary>What the hub needs to be itself and to know others: its authority, its own certificate, and a first administrator.</summary>
internal sealed partial class HubIdentity : IDisposable
{
    private HubIdentity(
        IdentityOptions options, CertificateAuthority authority, X509Certificate2 serverCertificate, TimeProvider time)
    {
        Options = options;
        Authority = authority;
        ServerCertificate = serverCertificate;
        Time = time;
    }

    public IdentityOptions Options { get; }

    public CertificateAuthority Authority { get; }

    /// <summary>Certificate of the hub with its key.</summary>
    public X509Certificate2 ServerCertificate { get; }

    public TimeProvider Time { get; }

    /// <summary>Opens the identity in the data folder and makes what is missing.</summary>
    public static Task<HubIdentity> OpenAsync(
        IConfiguration configuration,
        NpgsqlDataSource dataSource,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken) =>
        OpenAsync(configuration, dataSource, loggerFactory, TimeProvider.System, cancellationToken);

    /// <summary>The same with another clock.</summary>
    public static async Task<HubIdentity> OpenAsync(
        IConfiguration configuration,
        NpgsqlDataSource dataSource,
        ILoggerFactory loggerFactory,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var options = IdentityOptions.Read(configuration);
        var dataFolder = configuration["Storage:DataFolder"] ?? ".data";
        var logger = loggerFactory.CreateLogger<HubIdentity>();

        var folder = Path.GetFullPath(Path.Combine(dataFolder, "ca"));
        Directory.CreateDirectory(folder);
        HubIdentity identity;
        using (await FolderLock.EnterAsync(folder, time, cancellationToken))
        {
            var authority = await CertificateAuthority.OpenAsync(folder, time, cancellationToken);
            var server = await Identity.ServerCertificate.OpenAsync(
                folder, authority, options.ServerNames, time, cancellationToken);
            identity = new HubIdentity(options, authority, server, time);
        }

        Log.Opened(logger, folder, identity.Authority.Certificate.NotAfter, identity.ServerCertificate.NotAfter);
        if (await BootstrapToken.EnsureAsync(dataSource, dataFolder, time, cancellationToken) is { } path)
        {
            Log.BootstrapTokenWritten(logger, path);
        }

        return identity;
    }

    public void Dispose()
    {
        ServerCertificate.Dispose();
        Authority.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "Certification authority in {Folder}, valid to {AuthorityEnd:O}; server certificate valid to {ServerEnd:O}")]
        public static partial void Opened(ILogger logger, string folder, DateTime authorityEnd, DateTime serverEnd);

        [LoggerMessage(LogLevel.Warning, "There was no administrator: a token of role admin is in {Path}. Delete the file after use")]
        public static partial void BootstrapTokenWritten(ILogger logger, string path);
    }
}
