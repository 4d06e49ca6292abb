using HubExchange.Contracts.Entities;
using HubExchange.Server.Hosting;

var app = await HubHost.BuildAsync(args, CityEntityTypes.All);
await app.RunAsync();
