using Google.Protobuf;
using HubExchange.Client.Files;
using HubExchange.Contracts.Hashing;
using HubExchange.Contracts.Validation;
using HubExchange.V1;

namespace HubExchange.Cli.Push;

/// <summary>
/// What a file holds, found without the hub: the rules of the contract are checked here, too. Only what needs other records
/// (references, life cycles) or the list of divisions is left to the hub.
/// </summary>
/// <param name="File">The file.</param>
/// <param name="Records">Records the hub would take, as far as can be told here.</param>
/// <param name="Problems">Everything that is wrong.</param>
/// <param name="BadRows">Rows with problems.</param>
internal sealed record FileCheck(RecordFile File, int Records, List<FileProblem> Problems, int BadRows)
{
    private static readonly RecordValidator Validator = new(DivisionList.Empty);

    public static FileCheck Run(RecordFile file)
    {
        var records = 0;
        var badRows = 0;
        var problems = new List<FileProblem>();
        foreach (var row in file.ReadRows())
        {
            var found = row.Record is { } record ? Validate(file, row.Line, record) : row.Problems;
            problems.AddRange(found);
            if (found.Count == 0)
            {
                records++;
            }
            else
            {
                badRows++;
            }
        }

        return new FileCheck(file, records, problems, badRows);
    }

    private static FileProblem[] Validate(RecordFile file, int line, IMessage record)
    {
        RecordNormalizer.Normalize(file.Type, record);
        return
        [
            .. from violation in Validator.Validate(file.Type, record)
               where violation.Severity != Severity.Warning
               select new FileProblem(line, Heading(file, violation.Field), violation.MessageZh, violation.MessageEn),
        ];
    }

    private static string Heading(RecordFile file, string path) => file.Type.Find(path)?.Label ?? path;
}
