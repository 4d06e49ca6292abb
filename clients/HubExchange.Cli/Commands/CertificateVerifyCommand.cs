using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using HubExchange.Contracts.Reconciliation;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl certificate verify FILE --ca FILE</c>, without the hub.</summary>
internal sealed class CertificateVerifyCommand : Command
{
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "证书文件 File of the certificate" };

    public CertificateVerifyCommand(Runner runner)
        : base("verify", "离线验证对账证书 Verify a certificate offline")
    {
        Add(_file);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var ca = invocation.Connection.CaFile
            ?? throw new UsageException("请用 --ca 指定枢纽的 CA 证书。", "Name the CA certificate of the hub with --ca.");
        var path = invocation.Get(_file).FullName;
        ReconciliationStatement? statement;
        try
        {
            var certificate = ReconciliationCertificate.Parser.ParseJson(await File.ReadAllTextAsync(path, cancellationToken));
            using var authority = X509CertificateLoader.LoadCertificateFromFile(ca);
            statement = CertificateCheck.Verify(certificate, authority);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException or InvalidJsonException or CryptographicException)
        {
            throw new UsageException($"无法读取 {path} 或 {ca}:{e.Message}", $"{path} or {ca} cannot be read: {e.Message}");
        }

        if (statement is null)
        {
            invocation.Screen.Line("签名无效:证书不是该枢纽签发的,或已被改动。 The signature is not valid: another hub's certificate, or an altered one.");
            return ExitCode.Error;
        }

        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(statement);
            return ExitCode.Ok;
        }

        invocation.Screen.Line("签名有效 The signature is valid.");
        invocation.Screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{statement.Source} {statement.Type}:流 stream {statement.Stream},序号 sequence {statement.Sequence},{statement.Count} 条 record(s),{TimeText.Of(statement.Time)} 双方一致 equal on both sides"));
        return ExitCode.Ok;
    }
}
