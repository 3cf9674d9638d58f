mod crash;
mod damage;
mod failures;
mod gc;
mod property;
mod sharing;
