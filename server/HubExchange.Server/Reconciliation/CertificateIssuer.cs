using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Reconciliation;
using HubExchange.Server.Identity;
using HubExchange.V1;

namespace HubExchange.Server.Reconciliation;

/// <summary>Signs what hub and source agree on.</summary>
internal sealed class CertificateIssuer(HubIdentity identity)
{
    /// <summary>The certificate of a reconciliation; null unless it ended equal.</summary>
    public byte[]? IssueFor(V1.Reconciliation run, EntityType type, DateTimeOffset at)
    {
        if (run.State is not (ReconciliationState.Equal or ReconciliationState.Mended))
        {
            return null;
        }

        var statement = new ReconciliationStatement
        {
            ReconciliationId = run.Id,
            Source = run.Source,
            Type = run.Type,
            ContractHash = ByteString.CopyFrom(SHA256.HashData(type.Message.ToProto().ToByteArray())),
            Stream = run.Stream,
            Sequence = run.Sequence,
            Count = run.SourceCount,
            Digest = run.Digest,
            Time = Timestamp.FromDateTimeOffset(at),
        }.ToByteString();
        return new ReconciliationCertificate
        {
            Statement = statement,
            Signature = ByteString.CopyFrom(identity.Authority.Sign(CertificateCheck.SignedBytes(statement))),
        }.ToByteArray();
    }
}
