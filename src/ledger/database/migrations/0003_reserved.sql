-- The place of a migration that comes with another change.
select;
