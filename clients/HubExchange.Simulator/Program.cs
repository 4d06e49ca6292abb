using System.CommandLine;
using System.Text;
using HubExchange.Simulator.Attending;
using HubExchange.Simulator.Filling;

Console.OutputEncoding = new UTF8Encoding(false);
var root = new RootCommand("科技数据交换枢纽模拟器 Simulator of HubExchange") { new FillCommand(), new AttendCommand() };
return await root.Parse(args is [] ? ["--help"] : args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
