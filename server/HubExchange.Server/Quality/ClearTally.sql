-- What the run before has counted. One row for a source and measure.
delete from hub.quality_tally;
